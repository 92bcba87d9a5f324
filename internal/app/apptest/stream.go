package apptest

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Follow opens a stream of events and gives the topics that it tells. It is closed
// with the test.
func (c *Caller) Follow(path string) <-chan string {
	c.t.Helper()
	resp, err := c.request(http.MethodGet, path, "", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != http.StatusOK || !isStream(resp) {
		c.t.Fatalf("%s answered %d as %s", path, resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	topics := make(chan string, 100)
	go func() {
		defer close(topics)
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			if topic, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				topics <- topic
			}
		}
	}()
	return topics
}

// Next is the next topic of a stream, which must come soon.
func Next(t testing.TB, topics <-chan string) string {
	t.Helper()
	select {
	case topic, open := <-topics:
		if !open {
			t.Fatal("the stream has ended")
		}
		return topic
	case <-time.After(10 * time.Second):
		t.Fatal("the stream tells nothing")
	}
	return ""
}
