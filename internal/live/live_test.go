package live_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/fault"
	"clientportal/internal/live"
)

// portal is a hub of its own, as another portal on the same database has it.
func portal(t *testing.T, d *dbtest.Database) *live.Hub {
	t.Helper()
	hub := live.NewHub(d.Pool())
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	go hub.Run(ctx)
	return hub
}

// stream follows what an actor hears from a hub.
func stream(t *testing.T, hub *live.Hub, who actor.Actor) (topics chan string, ended chan struct{}) {
	t.Helper()
	return streamSince(t, hub, who, "")
}

// streamSince does so for a page that was read at since, in Unix milliseconds.
func streamSince(t *testing.T, hub *live.Hub, who actor.Actor, since string) (topics chan string, ended chan struct{}) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = hub.Stream(w, r.WithContext(actor.With(r.Context(), who)), func(*http.Request) bool { return true })
	}))
	t.Cleanup(s.Close)
	t.Cleanup(hub.EndStreams)
	resp, err := http.Get(s.URL + "?since=" + since)
	if err != nil {
		t.Fatal(err)
	}
	topics, ended = make(chan string, 100), make(chan struct{})
	go func() {
		defer close(ended)
		defer resp.Body.Close()
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			if topic, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				topics <- topic
			}
		}
	}()
	return topics, ended
}

func TestHintsReachTheRightPagesOfEveryPortal(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	here, there := portal(t, d), portal(t, d)
	acme, bolt := uuid.New(), uuid.New()
	client := actor.Actor{Kind: actor.Client, ID: uuid.New(), CustomerIDs: []uuid.UUID{acme}}
	agent := actor.Actor{Kind: actor.Staff, ID: uuid.New(), CustomerIDs: []uuid.UUID{acme}}
	clientHears, clientEnds := stream(t, there, client)
	agentHears, _ := stream(t, there, agent)

	// Listening takes a moment to begin; a hint of no interest shows that it has.
	deadline := time.After(10 * time.Second)
	for heard := false; !heard; {
		here.Announce([]live.Hint{{CustomerID: acme, Topic: "ready"}})
		select {
		case <-clientHears:
			heard = true
		case <-time.After(100 * time.Millisecond):
		case <-deadline:
			t.Fatal("no hint went from one portal to the other")
		}
	}
	here.Announce([]live.Hint{
		{CustomerID: acme, Topic: "notifications", ReaderID: uuid.New()},
		{CustomerID: bolt, Topic: "notifications", ReaderID: client.ID},
		{CustomerID: acme, Topic: "ticket:internal", Internal: true},
		{CustomerID: bolt, Topic: "ticket:foreign"},
		{CustomerID: acme, Topic: "ticket:public"},
		{CustomerID: acme, Topic: "ticket:public"},
	})
	next := func(hears chan string) string {
		for {
			select {
			case topic := <-hears:
				if topic != "ready" {
					return topic
				}
			case <-deadline:
				t.Fatal("a hint is missing")
			}
		}
	}
	if topic := next(clientHears); topic != "ticket:public" {
		t.Errorf("the client hears %s", topic)
	}
	if topic := next(agentHears); topic != "ticket:internal" {
		t.Errorf("the agent hears %s first", topic)
	}
	if topic := next(agentHears); topic != "ticket:public" {
		t.Errorf("the agent hears %s then", topic)
	}

	here.Announce([]live.Hint{{PersonID: client.ID}})
	select {
	case <-clientEnds:
	case <-deadline:
		t.Error("the stream goes on after its reader's rights changed")
	}
	if len(clientHears) > 0 {
		t.Errorf("the client also hears %s", <-clientHears)
	}
}

// What changes between the reading of a page and the opening of its stream is told,
// but not what is only over with: a change of the reader's rights.
func TestHintsBeforeTheStream(t *testing.T) {
	t.Parallel()
	hub := portal(t, dbtest.New(t))
	client := actor.Actor{Kind: actor.Client, ID: uuid.New(), CustomerIDs: []uuid.UUID{uuid.New()}}
	read := strconv.FormatInt(time.Now().UnixMilli(), 10)

	early, _ := stream(t, hub, client) // says when the hub has heard of it
	deadline := time.After(10 * time.Second)
	for heard := false; !heard; {
		hub.Announce([]live.Hint{{CustomerID: client.CustomerID(), Topic: "ticket:1"}, {CustomerID: uuid.New(), Topic: "ticket:2"}, {PersonID: client.ID}})
		select {
		case <-early:
			heard = true
		case <-time.After(100 * time.Millisecond):
		case <-deadline:
			t.Fatal("the hub hears nothing")
		}
	}
	late, ended := streamSince(t, hub, client, read)
	select {
	case topic := <-late:
		if topic != "ticket:1" {
			t.Errorf("told of %s", topic)
		}
	case <-ended:
		t.Error("the stream ends for what was over before it began")
	case <-deadline:
		t.Error("what came before the stream is not told")
	}
	if none, _ := stream(t, hub, client); len(none) > 0 {
		t.Errorf("without a time it is told of %s", <-none)
	}
}

func TestStreamSinceNoTime(t *testing.T) {
	t.Parallel()
	hub := portal(t, dbtest.New(t))
	r := httptest.NewRequest(http.MethodGet, "/?since=yesterday", nil)
	if err := hub.Stream(httptest.NewRecorder(), r, nil); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("since a word: %v", err)
	}
}
