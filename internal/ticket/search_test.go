package ticket_test

import (
	"testing"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/ticket"
)

// Rare words and those that stand nearly everywhere are looked for in two ways, among
// what the reader may read.
func TestWordsAreFoundByThoseWhoMayReadThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	flooded, dry := w.raise(t, "Flooded"), w.raise(t, "Dry")
	w.exec(t, `insert into ticket_comments (id, customer_id, client_ticket_id, author_employee_id, body, internal)
		select gen_random_uuid(), $1, $2, $3, case when n % 2 = 0 then 'said aloud ' else 'whispered words ' end || n, n % 2 = 1 from generate_series(1, 12000) n`,
		w.dapper, flooded.ID, w.agent.ID)
	titles := func(who actor.Actor, query string) (found string) {
		t.Helper()
		f := ticket.Filter{Query: query}
		if who.Is(actor.Client) {
			page, err := w.tickets.List(by(t, who), f, api.PageQuery{})
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range page.Items {
				found += item.Title
			}
			return found
		}
		page, err := w.desk.Queue(by(t, who), ticket.DeskFilter{Filter: f}, api.PageQuery{})
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			found += item.Title
		}
		return found
	}
	for _, about := range []struct {
		query         string
		client, staff string // what they find who may read Dapper's
	}{
		{"aloud", flooded.Title, flooded.Title},
		{"said alou", flooded.Title, flooded.Title},
		{"aloud 4712", flooded.Title, flooded.Title},
		{"aloud giraffe", "", ""},
		{"whispered", "", flooded.Title},
		{"words whisp", "", flooded.Title},
		{"whispered 4711", "", flooded.Title},
		{"dry", dry.Title, dry.Title},
		{dry.Number, dry.Title, dry.Title},
		{"!?", "", ""},
		{"' | " + w.dapper.String(), "", ""},
	} {
		for name, reader := range map[string]struct {
			who  actor.Actor
			want string
		}{
			"a client": {w.viewer, about.client}, "another company's": {w.stranger, ""},
			"an agent": {w.agent, about.staff}, "another agent": {w.otherAgent, ""}, "the staff admin": {w.chief, about.staff},
		} {
			if got := titles(reader.who, about.query); got != reader.want {
				t.Errorf("%s finds %q for %q, want %q", name, got, about.query, reader.want)
			}
		}
	}
}
