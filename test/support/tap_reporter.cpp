#include <doctest/doctest.h>

#include <algorithm>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// The name of a case as TAP can carry it: behind `#` stands a directive.
std::string tap_name(std::string name) {
  std::replace(name.begin(), name.end(), '#', ' ');
  return name;
}

/// Writes TAP 13, one line per test case: `doctest` counts assertions, a reader
/// counts facts. Says nothing until a case has ended, since only then is its
/// outcome known; what went wrong stands as comments above its line.
class tap_reporter final : public doctest::IReporter {
public:
  explicit tap_reporter(const doctest::ContextOptions& options)
    : out_(*options.cout) {
    // nop
  }

  void report_query(const doctest::QueryData&) override {}

  void test_run_start() override { out_ << "TAP version 13\n"; }

  /// The plan comes last: a program that leaves early has none, which the
  /// reader takes as a failure.
  void test_run_end(const doctest::TestRunStats&) override {
    out_ << "1.." << number_ << std::endl;
  }

  void test_case_start(const doctest::TestCaseData& in) override {
    current_ = &in;
    subcases_.clear();
  }

  void test_case_reenter(const doctest::TestCaseData&) override {
    subcases_.clear();
  }

  void test_case_end(const doctest::CurrentTestCaseStats& stats) override {
    if (!stats.testCaseSuccess)
      comment(std::string{"in "} + current_->m_file.c_str() + ':'
              + std::to_string(current_->m_line));
    outcome(stats.testCaseSuccess, *current_);
  }

  void test_case_exception(const doctest::TestCaseException& what) override {
    comment(std::string{what.is_crash ? "crash: " : "exception: "}
            + what.error_string.c_str());
    contexts();
  }

  void subcase_start(const doctest::SubcaseSignature& in) override {
    subcases_.push_back(in.m_name.c_str());
  }

  void subcase_end() override {
    if (!subcases_.empty())
      subcases_.pop_back();
  }

  void log_assert(const doctest::AssertData& in) override {
    if (!in.m_failed)
      return;
    where(in.m_file, in.m_line);
    comment(std::string{doctest::assertString(in.m_at)} + "( " + in.m_expr
            + " )");
    if (in.m_threw)
      comment(std::string{"threw: "} + in.m_exception.c_str());
    else if (in.m_decomp.size() > 0)
      comment(std::string{"values: "} + in.m_decomp.c_str());
    contexts();
  }

  void log_message(const doctest::MessageData& in) override {
    where(in.m_file, in.m_line);
    comment(in.m_string.c_str());
    contexts();
  }

  /// doctest calls this also for what a filter left out and does not say which:
  /// only cases that are marked are told.
  void test_case_skipped(const doctest::TestCaseData& in) override {
    if (in.m_skip)
      outcome(true, in, " # SKIP marked to be skipped");
  }

private:
  void where(const doctest::String& file, int line) {
    std::string place = file.c_str() + (':' + std::to_string(line));
    for (const std::string& name : subcases_)
      place += " in '" + name + '\'';
    comment(place);
  }

  void contexts() {
    const auto* const* active = get_active_contexts();
    for (int i = 0; i < get_num_active_contexts(); ++i) {
      std::ostringstream text;
      active[i]->stringify(&text);
      comment("with " + text.str());
    }
  }

  void comment(const std::string& text) {
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
      out_ << "# " << line << '\n';
  }

  void outcome(bool passed, const doctest::TestCaseData& in,
               std::string_view directive = "") {
    out_ << (passed ? "ok " : "not ok ") << ++number_ << " - "
         << tap_name(in.m_name) << directive << std::endl;
  }

  std::ostream& out_;
  const doctest::TestCaseData* current_ = nullptr;
  std::vector<std::string> subcases_;
  unsigned number_ = 0;
};

DOCTEST_REGISTER_REPORTER("tap", 1, tap_reporter);

} // namespace
