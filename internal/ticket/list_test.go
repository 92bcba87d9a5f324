package ticket_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/ticket"
)

// titles are those of a page.
func titles(t *testing.T, page api.Page[ticket.Summary], err error) []string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, item := range page.Items {
		names = append(names, item.Title)
	}
	return names
}

func TestAWalkMeetsEachTicketOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const tickets = 12
	for i := range tickets {
		// Some at the same moment, some of the same priority.
		ctx := clock.At(by(t, w.member), time.Date(2026, 7, 1+i/3, 12, 0, 0, 0, time.UTC))
		n := ticket.NewTicket{Title: fmt.Sprintf("Ticket %02d", i), Description: "One of many", Priority: ticket.Priorities[i%4]}
		created, err := w.tickets.Create(ctx, n)
		if err != nil {
			t.Fatal(err)
		}
		if i%3 == 0 {
			w.set(t, created.ID, ticket.Statuses[1+i/3])
		}
	}
	for _, sort := range ticket.Sorts {
		seen := map[string]int{}
		for cursor, page := "", 0; page < tickets; page++ {
			found, err := w.tickets.List(by(t, w.member), ticket.Filter{Sort: sort}, api.PageQuery{Limit: 5, Cursor: cursor})
			for _, title := range titles(t, found, err) {
				seen[title]++
			}
			if page == 0 { // what comes in meanwhile moves nothing that is still to come
				w.raise(t, "Meanwhile "+sort)
			}
			if found.NextCursor == nil {
				break
			}
			cursor = *found.NextCursor
		}
		for i := range tickets {
			if title := fmt.Sprintf("Ticket %02d", i); seen[title] != 1 {
				t.Errorf("%s: met %s %d times", sort, title, seen[title])
			}
		}
	}
	for _, sort := range ticket.DeskSorts {
		var walked []uuid.UUID
		for cursor := ""; ; {
			found, err := w.desk.Queue(by(t, w.agent), ticket.DeskFilter{Filter: ticket.Filter{Sort: sort}}, api.PageQuery{Limit: 4, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range found.Items {
				walked = append(walked, item.ID)
			}
			if found.NextCursor == nil {
				break
			}
			cursor = *found.NextCursor
		}
		checkNeighbours(t, w, sort, walked, tickets+len(ticket.Sorts))
	}
}

func TestSeveralStatusesAreOneList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 10 {
		raised := w.raise(t, fmt.Sprintf("Ticket %02d", i))
		if status := ticket.Statuses[i%len(ticket.Statuses)]; status != ticket.Open {
			w.set(t, raised.ID, status)
		}
	}
	counts, err := w.tickets.Counts(by(t, w.viewer))
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range ticket.Statuses {
		if counts[status] != 2 {
			t.Errorf("%d tickets are %s, want 2", counts[status], status)
		}
	}
	wanted := []ticket.Status{ticket.Open, ticket.Resolved, ticket.Closed, ticket.Open} // one of them twice
	for _, sort := range ticket.Sorts {
		all, err := w.tickets.List(by(t, w.member), ticket.Filter{Sort: sort}, api.PageQuery{})
		if err != nil {
			t.Fatal(err)
		}
		var want, walked []string
		for _, item := range all.Items {
			if slices.Contains(wanted, item.Status) {
				want = append(want, item.Title)
			}
		}
		for cursor := ""; ; {
			found, err := w.tickets.List(by(t, w.member), ticket.Filter{Sort: sort, Statuses: wanted}, api.PageQuery{Limit: 2, Cursor: cursor})
			walked = append(walked, titles(t, found, err)...)
			if found.NextCursor == nil {
				break
			}
			cursor = *found.NextCursor
		}
		if len(want) != 6 || !slices.Equal(walked, want) {
			t.Errorf("%s: walked %v, want %v", sort, walked, want)
		}
	}
}

// checkNeighbours compares a walk with the way that leads from ticket to ticket.
func checkNeighbours(t *testing.T, w *world, sort string, walked []uuid.UUID, want int) {
	t.Helper()
	if distinct := slices.Compact(slices.SortedFunc(slices.Values(walked), func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) })); len(walked) != want || len(distinct) != want {
		t.Fatalf("%s: walked %d tickets, %d of them distinct, want %d", sort, len(walked), len(distinct), want)
	}
	for i, id := range walked {
		beside, err := w.desk.Neighbours(by(t, w.agent), id, ticket.DeskFilter{Filter: ticket.Filter{Sort: sort}})
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 && (beside.Previous == nil || beside.Previous.ID != walked[i-1]) || i == 0 && beside.Previous != nil {
			t.Errorf("%s: wrong ticket before number %d", sort, i)
		}
		if i < want-1 && (beside.Next == nil || beside.Next.ID != walked[i+1]) || i == want-1 && beside.Next != nil {
			t.Errorf("%s: wrong ticket after number %d", sort, i)
		}
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	create := func(n ticket.NewTicket) ticket.Ticket {
		created, err := w.tickets.Create(by(t, w.member), n)
		if err != nil {
			t.Fatal(err)
		}
		return created
	}
	vat := create(ticket.NewTicket{Title: "Wrong VAT number", Description: "On invoices to Ireland", Category: "Billing", Priority: ticket.Urgent, QuoteID: &w.project})
	shop := create(ticket.NewTicket{Title: "Shop is slow", Description: "See https://shop.example.com/kasse and Größe, naïve café", Category: "Shop"})
	w.set(t, shop.ID, ticket.Resolved)
	for _, body := range []string{"the zebra template", "and don't stop"} {
		if _, err := w.desk.AddComment(by(t, w.agent), vat.ID, ticket.NewDeskComment{Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		filter ticket.Filter
		want   string
	}{
		"all":             {ticket.Filter{}, "vat shop"},
		"a status":        {ticket.Filter{Statuses: []ticket.Status{ticket.Resolved}}, "shop"},
		"several":         {ticket.Filter{Statuses: ticket.Unfinished}, "vat"},
		"only spaces":     {ticket.Filter{Query: "  "}, "vat shop"},
		"a category":      {ticket.Filter{Category: "Billing"}, "vat"},
		"a priority":      {ticket.Filter{Priority: ticket.Medium}, "shop"},
		"a project":       {ticket.Filter{QuoteID: &w.project}, "vat"},
		"no project":      {ticket.Filter{QuoteID: &uuid.Nil}, "shop"},
		"a title's word":  {ticket.Filter{Query: "VAT"}, "vat"},
		"a beginning":     {ticket.Filter{Query: "wrong numb"}, "vat"},
		"in any order":    {ticket.Filter{Query: "number wrong"}, "vat"},
		"a comment":       {ticket.Filter{Query: "zebra"}, "vat"},
		"an apostrophe":   {ticket.Filter{Query: "don't"}, "vat"},
		"a number":        {ticket.Filter{Query: " dg-2 "}, "shop"},
		"an address":      {ticket.Filter{Query: "shop.example.com"}, "shop"},
		"letters":         {ticket.Filter{Query: "größe café"}, "shop"},
		"nothing":         {ticket.Filter{Query: "giraffe"}, ""},
		"only operators":  {ticket.Filter{Query: "& | ! ( ) :* <->"}, ""},
		"words and signs": {ticket.Filter{Query: `wrong & "VAT'`}, "vat"},
	} {
		found, err := w.tickets.List(by(t, w.viewer), c.filter, api.PageQuery{})
		got := titles(t, found, err)
		want := []string{}
		for _, name := range strings.Fields(c.want) {
			want = append(want, map[string]string{"vat": vat.Title, "shop": shop.Title}[name])
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: found %q, want %q", name, got, want)
		}
		desk, err := w.desk.Queue(by(t, w.agent), ticket.DeskFilter{Filter: c.filter}, api.PageQuery{})
		if err != nil || len(desk.Items) != len(want) {
			t.Errorf("%s at the desk: found %d, %v", name, len(desk.Items), err)
		}
	}
	if counts, err := w.tickets.Counts(by(t, w.viewer)); err != nil || counts[ticket.Open] != 1 || counts[ticket.Resolved] != 1 || counts[ticket.Closed] != 0 {
		t.Errorf("counts %v, %v", counts, err)
	}
	for name, f := range map[string]ticket.Filter{
		"sort": {Sort: "title"}, "due": {Sort: "due"}, "status": {Statuses: []ticket.Status{"lost"}}, "priority": {Priority: "huge"},
		"q": {Query: strings.Repeat("a", 201)}, "null": {Query: "a\x00b"}, "bytes": {Query: "a\xffb"}, "category": {Category: strings.Repeat("c", 61)},
	} {
		_, err := w.tickets.List(by(t, w.member), f, api.PageQuery{})
		wants(t, name, err, fault.Invalid)
	}
	for _, cursor := range []string{"x", "e30x", api.EncodeCursor(map[string]string{"s": "-updated_at", "k": "yesterday", "i": uuid.NewString()}),
		api.EncodeCursor(map[string]string{"s": "created_at", "k": "", "i": uuid.NewString()})} {
		_, err := w.tickets.List(by(t, w.member), ticket.Filter{}, api.PageQuery{Cursor: cursor})
		wants(t, cursor, err, fault.Invalid)
	}
}

func TestViewsOfTheQueue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	late, mine, nobodys, done := w.raise(t, "Late"), w.raise(t, "Mine"), w.raise(t, "Nobody's"), w.raise(t, "Done")
	assign := func(id uuid.UUID, to string) {
		if _, err := w.desk.Update(by(t, w.agent), id, ticket.DeskEdit{AssignedTo: &to}, ""); err != nil {
			t.Fatal(err)
		}
	}
	assign(late.ID, w.manager.Email)
	assign(mine.ID, w.agent.Email)
	assign(done.ID, w.agent.Email)
	w.set(t, done.ID, ticket.Closed)
	w.exec(t, `update tickets set answer_due_at = $2 where id = $1`, late.ID, time.Now().Add(-time.Hour))
	if _, err := w.tickets.Create(by(t, w.stranger), ticket.NewTicket{Title: "Theirs", Description: "Of Fleetly"}); err != nil {
		t.Fatal(err)
	}
	view := func(ctx context.Context, f ticket.DeskFilter) string {
		page, err := w.desk.Queue(ctx, f, api.PageQuery{})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, item := range page.Items {
			names = append(names, item.Title)
		}
		slices.Sort(names)
		return strings.Join(names, ", ")
	}
	agent, chief := by(t, w.agent), by(t, w.chief)
	for name, c := range map[string]struct {
		got, want string
	}{
		"all":             {view(agent, ticket.DeskFilter{}), "Done, Late, Mine, Nobody's"},
		"open":            {view(agent, ticket.DeskFilter{View: ticket.ViewOpen}), "Late, Mine, Nobody's"},
		"mine":            {view(agent, ticket.DeskFilter{View: ticket.ViewMine}), "Mine"},
		"unassigned":      {view(agent, ticket.DeskFilter{View: ticket.ViewUnassigned}), nobodys.Title},
		"overdue":         {view(agent, ticket.DeskFilter{View: ticket.ViewOverdue}), "Late"},
		"with me":         {view(agent, ticket.DeskFilter{AssignedTo: "me"}), "Done, Mine"},
		"with nobody":     {view(agent, ticket.DeskFilter{AssignedTo: "none"}), "Nobody's"},
		"by id":           {view(agent, ticket.DeskFilter{AssignedTo: w.manager.ID.String()}), "Late"},
		"by address":      {view(agent, ticket.DeskFilter{AssignedTo: strings.ToUpper(w.manager.Email)}), "Late"},
		"unknown":         {view(agent, ticket.DeskFilter{AssignedTo: "who@agency.example"}), ""},
		"a customer":      {view(chief, ticket.DeskFilter{CustomerID: &w.fleetly}), "Theirs"},
		"not their own":   {view(agent, ticket.DeskFilter{CustomerID: &w.fleetly}), ""},
		"all of everyone": {view(chief, ticket.DeskFilter{View: ticket.ViewOpen}), "Late, Mine, Nobody's, Theirs"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", name, c.got, c.want)
		}
	}
	if n, err := w.desk.Counts(agent, nil); err != nil || n != (ticket.DeskCounts{Open: 3, Mine: 1, Unassigned: 1, Overdue: 1}) {
		t.Errorf("counts %+v, %v", n, err)
	}
	if n, err := w.desk.Counts(chief, &w.fleetly); err != nil || n.Open != 1 {
		t.Errorf("counts of one customer %+v, %v", n, err)
	}
}

// The order of a company's list comes from an index: no sort of all its tickets.
func TestAListIsReadInTheIndexsOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec(t, `insert into tickets (id, customer_id, number, awaited_since) select gen_random_uuid(), $1, 'DG-' || n, now() from generate_series(1, 3000) n`, w.dapper)
	w.exec(t, `insert into client_tickets (id, ticket_id, customer_id, number, created_by_user_id, title, description, updated_at)
		select id, id, customer_id, number, $1, number, 'Many', now() - random() * interval '300 days' from tickets`, w.member.ID)
	ctx := by(t, w.member)
	var plan []string
	err := w.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `explain select ct.id, ct.number from client_tickets ct
			where ct.customer_id = '`+w.dapper.String()+`' order by ct.updated_at desc, ct.id desc limit 26`)
		if err != nil {
			return err
		}
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				return err
			}
			plan = append(plan, line)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(plan, "\n"); strings.Contains(all, "Sort") || !strings.Contains(all, "client_tickets_recent") {
		t.Errorf("the plan sorts:\n%s", all)
	}
}
