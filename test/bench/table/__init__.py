"""What `test/bench/run` consists of."""
