// The routes of the benchmark with net/http: one goroutine per stream, a
// channel for each of those that wait for what is published.
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

const (
	eventSize = 100
	// Events that may wait for one stream, before the publisher waits.
	queueSize = 64
)

var (
	start       = time.Now()
	startSteady = steadyNow()
)

// steadyNow is the clock that the load client compares with.
func steadyNow() int64 {
	const clockMonotonic = 1
	var now syscall.Timespec
	syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockMonotonic,
		uintptr(unsafe.Pointer(&now)), 0)
	return now.Nano()
}

func event(id uint64) []byte {
	data := fmt.Sprintf("%d ", startSteady+time.Since(start).Nanoseconds())
	padding := strings.Repeat(".", eventSize-len(data))
	return []byte(fmt.Sprintf("id: %d\ndata: %s%s\n\n", id, data, padding))
}

type member struct {
	events chan []byte
	gone   <-chan struct{}
}

type hub struct {
	mutex   sync.Mutex
	last    uint64
	members map[*member]struct{}
}

func (h *hub) join(m *member) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.members[m] = struct{}{}
}

func (h *hub) leave(m *member) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	delete(h.members, m)
}

func (h *hub) publish(count int) uint64 {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	for ; count > 0; count-- {
		h.last++
		text := event(h.last)
		for m := range h.members {
			select {
			case m.events <- text:
			case <-m.gone:
			}
		}
	}
	return h.last
}

// begin sends the head of an event stream.
func begin(w http.ResponseWriter) http.Flusher {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache")
	flusher := w.(http.Flusher)
	flusher.Flush()
	return flusher
}

func (h *hub) serveEvents(w http.ResponseWriter, r *http.Request) {
	m := &member{make(chan []byte, queueSize), r.Context().Done()}
	h.join(m)
	defer h.leave(m)
	flusher := begin(w)
	for {
		select {
		case text := <-m.events:
			if _, err := w.Write(text); err != nil {
				return
			}
			flusher.Flush()
		case <-m.gone:
			return
		}
	}
}

func (h *hub) servePublish(w http.ResponseWriter, r *http.Request) {
	count, err := strconv.Atoi(r.FormValue("count"))
	if err != nil {
		http.Error(w, "how many?", http.StatusBadRequest)
		return
	}
	fmt.Fprint(w, h.publish(count))
}

// serveFast lets the others have their turn behind each event: on one
// processor, a client that reads as fast as this writes would otherwise keep
// them waiting for ten milliseconds each.
func serveFast(w http.ResponseWriter, r *http.Request) {
	flusher := begin(w)
	for id := uint64(1); r.Context().Err() == nil; id++ {
		if _, err := w.Write(event(id)); err != nil {
			return
		}
		flusher.Flush()
		runtime.Gosched()
	}
}

func serveIdle(w http.ResponseWriter, r *http.Request) {
	begin(w)
	<-r.Context().Done()
}

func main() {
	port := flag.Int("port", 0, "0: any")
	flag.Parse()
	h := &hub{members: map[*member]struct{}{}}
	http.HandleFunc("/health", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "ok")
	})
	http.HandleFunc("/events", h.serveEvents)
	http.HandleFunc("/publish", h.servePublish)
	http.HandleFunc("/fast", serveFast)
	http.HandleFunc("/idle", serveIdle)
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("listening on http://%s\n", listener.Addr())
	log.Fatal(http.Serve(listener, nil))
}
