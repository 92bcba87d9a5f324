package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// A portal that is killed while eight programs raise tickets has lost none that it
// acknowledged, made none twice, and its audit trail is whole.
func TestCrashUnderLoad(t *testing.T) {
	t.Parallel()
	dir := dataFolder(t)
	first := serve(t, dir)
	_, client := first.people()
	token := program(t, client, "tickets:read", "tickets:write")

	l := startLoad(t, first.URL, token)
	first.kill()
	l.all.Wait()
	if len(l.unknown) == 0 {
		t.Error("the portal was killed, and no request was under way")
	}

	second := serve(t, dir)
	for _, key := range l.unknown {
		id, err := raise(second.URL, token, key)
		if err != nil {
			t.Fatalf("raise %s again: %v", key, err)
		}
		l.acknowledged[key] = id
	}
	for key, id := range l.acknowledged { // whoever asks again gets the same answer
		if again, err := raise(second.URL, token, key); err != nil || again != id {
			t.Errorf("%s was acknowledged as %s, and is %s now; %v", key, id, again, err)
		}
	}
	expectTickets(t, database(t, dir), l.acknowledged)
	if output, err := invoke(t, dir, nil, "audit", "verify"); err != nil {
		t.Errorf("audit verify: %v\n%s", err, output)
	}
}

// A database server that is killed in the middle comes back by itself, and requests
// that are sent again go through, once each.
func TestDatabaseCrashUnderLoad(t *testing.T) {
	t.Parallel()
	dir := dataFolder(t)
	p := serve(t, dir)
	_, client := p.people()
	token := program(t, client, "tickets:write")
	l := startLoad(t, p.URL, token)
	postmaster := postmasterIn(t, dir)
	if err := syscall.Kill(postmaster, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	l.all.Wait()
	for _, key := range l.unknown {
		eventually(t, key+" does not go through any more", func() bool {
			id, err := raise(p.URL, token, key)
			l.acknowledged[key] = id
			return err == nil
		})
	}
	if now := postmasterIn(t, dir); now == postmaster {
		t.Error("the database server was not started again")
	}
	expectTickets(t, database(t, dir), l.acknowledged)
}

// load is eight programs that raise tickets, each under a key of its own, until one
// is not answered.
type load struct {
	token string
	all   sync.WaitGroup
	count atomic.Int64

	mu           sync.Mutex
	acknowledged map[string]string // the ticket's id by key
	unknown      []string          // keys of requests that were not answered
}

// startLoad starts a load and waits until it is under way.
func startLoad(t *testing.T, url, token string) *load {
	t.Helper()
	l := &load{token: token, acknowledged: map[string]string{}}
	for worker := range 8 {
		l.all.Go(func() { l.raise(url, worker) })
	}
	eventually(t, "the load makes no tickets", func() bool { return l.count.Load() >= 150 })
	return l
}

func (l *load) raise(url string, worker int) {
	for n := 0; ; n++ {
		key := fmt.Sprintf("ticket-%d-%d", worker, n)
		id, err := raise(url, l.token, key)
		l.mu.Lock()
		if err != nil {
			l.unknown = append(l.unknown, key)
			l.mu.Unlock()
			return
		}
		l.acknowledged[key] = id
		l.mu.Unlock()
		l.count.Add(1)
	}
}

var impatient = &http.Client{Timeout: 20 * time.Second}

// raise raises a ticket with the key as its title, and gives its id.
func raise(url, token, key string) (id string, err error) {
	body, err := json.Marshal(map[string]string{"title": key, "description": "Raised under load."})
	if err != nil {
		return "", err
	}
	r, err := http.NewRequest(http.MethodPost, url+"/api/client-portal/tickets", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	r.Header = http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}, "Idempotency-Key": {key}}
	resp, err := impatient.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var made struct{ ID string }
	if resp.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("answered %s", resp.Status)
	}
	return made.ID, json.NewDecoder(resp.Body).Decode(&made)
}

// expectTickets holds the database to these tickets, by title, and to one event of
// the making of each.
func expectTickets(t *testing.T, conn *pgx.Conn, want map[string]string) {
	t.Helper()
	rows, err := conn.Query(t.Context(), `
		select t.title, t.id::text, (select count(*) from audit_events e where e.subject_id = t.id and e.action = 'ticket.create')
		from client_tickets t`)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	var title, id string
	var events int
	_, err = pgx.ForEachRow(rows, []any{&title, &id, &events}, func() error {
		if got[title] != "" {
			t.Errorf("%s was made twice", title)
		}
		if events != 1 {
			t.Errorf("%s has %d events of its making, want 1", title, events)
		}
		got[title] = id
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(got, want) {
		t.Errorf("there are %d tickets, want the %d that were acknowledged", len(got), len(want))
	}
}

// Whoever owns the whole database server cannot change the past unseen.
func TestTamperedTrail(t *testing.T) {
	t.Parallel()
	dir := dataFolder(t)
	p := serve(t, dir)
	_, client := p.people()
	token := program(t, client, "tickets:write")
	for n := range 5 {
		if _, err := raise(p.URL, token, fmt.Sprint("ticket-", n)); err != nil {
			t.Fatal(err)
		}
	}
	conn := database(t, dir)
	eventually(t, "the events are not sealed", func() bool {
		var pending int
		err := conn.QueryRow(t.Context(), `select count(*) from audit_pending`).Scan(&pending)
		return err == nil && pending == 0
	})
	if output, err := invoke(t, dir, nil, "audit", "verify"); err != nil {
		t.Fatalf("audit verify: %v\n%s", err, output)
	}
	var index int64
	err := conn.QueryRow(t.Context(), `
		update audit_events e set actor_name = 'Mallory' from audit_leaves l
		where l.event_id = e.id and l.idx = (select max(idx) - 2 from audit_leaves) returning l.idx`).Scan(&index)
	if err != nil {
		t.Fatal(err)
	}
	output, err := invoke(t, dir, nil, "audit", "verify")
	if err == nil || !strings.Contains(output, fmt.Sprintf("index %d", index)) {
		t.Errorf("audit verify of a changed event at index %d: %v\n%s", index, err, output)
	}
}
