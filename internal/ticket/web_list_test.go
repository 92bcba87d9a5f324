package ticket_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"clientportal/internal/clock"
	"clientportal/internal/ticket"
)

// raiseMany raises tickets of Dapper, each an hour after the one before.
func (p pages) raiseMany(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		ctx := clock.At(by(t, p.member), time.Date(2026, 3, 2, i, 0, 0, 0, time.UTC))
		if _, err := p.tickets.Create(ctx, ticket.NewTicket{Title: fmt.Sprintf("Ticket %02d", i+1), Description: "One of many"}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheListIsWalkedForthAndBack(t *testing.T) {
	t.Parallel()
	p := newPages(t)
	p.raiseMany(t, 60)
	first := p.get(t, p.viewer, "/tickets").wants(t, "first", 200, "25 of 60 tickets", "1 to 25 of 60", "Ticket 60", "Ticket 36")
	first.lacks(t, "first", "Ticket 35", "Newer")
	second := p.get(t, p.viewer, first.link(t, "Older")).wants(t, "second", 200, "26 to 50 of 60", "Ticket 35", "Ticket 11")
	second.lacks(t, "second", "Ticket 36", "Ticket 10")
	third := p.get(t, p.viewer, second.link(t, "Older")).wants(t, "third", 200, "51 to 60 of 60", "Ticket 10", "Ticket 01")
	third.lacks(t, "third", "Older")
	back := p.get(t, p.viewer, third.link(t, "Newer")).wants(t, "back", 200, "26 to 50 of 60", "Ticket 35", "Ticket 11")
	home := p.get(t, p.viewer, back.link(t, "Newer")).wants(t, "home", 200, "1 to 25 of 60", "Ticket 60")
	home.lacks(t, "home", "Newer")
	p.get(t, p.viewer, "/tickets?cursor=nonsense&start=26").leadsTo(t, "a cursor of nobody's", "/tickets")
}

func TestTheListKeepsItsFiltersInTheAddress(t *testing.T) {
	t.Parallel()
	p := newPages(t)
	p.raiseMany(t, 30)
	checkout, err := p.tickets.Create(by(t, p.member), ticket.NewTicket{
		Title: "Gift cards fail", Description: "At the till", Category: "Checkout", Priority: ticket.Urgent, QuoteID: &p.project,
	})
	if err != nil {
		t.Fatal(err)
	}
	for filter, value := range map[string]string{"category": "Checkout", "priority": "urgent", "quote_id": p.project.String(), "q": "gift ca"} {
		p.get(t, p.member, "/tickets?"+values([]string{filter, value}).Encode()).
			wants(t, filter, 200, "Gift cards fail", "DG-31, Checkout, Storefront relaunch", "1 of 31 tickets").lacks(t, filter, "Ticket 30")
	}
	many := p.get(t, p.member, "/tickets?q=ticket").wants(t, "many", 200, "30 of 31 tickets", "1 to 25 of 30")
	p.get(t, p.member, many.link(t, "Older")).wants(t, "older", 200, "26 to 30 of 30").lacks(t, "older", "Gift cards fail")
	p.get(t, p.member, "/tickets?quote_id=00000000-0000-0000-0000-000000000000").wants(t, "no project", 200, "30 of 31").lacks(t, "no project", "Gift cards fail")
	p.get(t, p.member, "/tickets?view=odd&priority=odd&quote_id=odd&start=-9&q=%00%ff").wants(t, "nonsense", 200, "Gift cards fail")

	p.set(t, checkout.ID, ticket.WaitingForClient)
	p.get(t, p.member, "/tickets?view=waiting").wants(t, "waiting", 200, "Gift cards fail", "Waiting for you 1", "1 of 1 ticket")
	p.set(t, checkout.ID, ticket.Resolved)
	p.get(t, p.member, "/tickets?view=resolved").wants(t, "resolved", 200, "Gift cards fail", "Resolved 1", "Open 30", "All 31")
}

func TestAnEmptyListSaysWhatToDoNext(t *testing.T) {
	t.Parallel()
	p := newPages(t)
	p.get(t, p.member, "/tickets").wants(t, "none at all", 200, "No tickets yet", "New ticket")
	done := p.raise(t, "Parcel tracking leads nowhere")
	p.raise(t, "Something else")
	p.get(t, p.member, "/tickets?view=waiting").wants(t, "waiting", 200, "Nothing waits for you", "See all 2 tickets")
	p.set(t, done.ID, ticket.Resolved)
	g := p.get(t, p.member, "/tickets?view=open&q=parcel+tracking").
		wants(t, "search", 200, `No open ticket mentions "parcel tracking"`, "One other ticket does:", "DG-1, Parcel tracking leads nowhere", "0 of 1 ticket")
	p.get(t, p.member, g.link(t, "Search all 2 tickets")).wants(t, "all", 200, "Parcel tracking leads nowhere", "1 of 2 tickets")
	p.get(t, p.member, "/tickets?view=all&q=nonesuch").wants(t, "nothing", 200, `No ticket mentions "nonesuch"`, "Try other words", "Clear the filters")
	p.get(t, p.member, "/tickets?priority=low").wants(t, "filter", 200, "No open ticket fits these filters", "Clear the filters")
}

// Words that stand in very many texts are not counted to the end.
func TestAListOfCommonWordsSaysHowManyAtLeast(t *testing.T) {
	t.Parallel()
	p := newPages(t)
	open, done := p.raise(t, "Flooded"), p.raise(t, "Drained")
	p.exec(t, `insert into ticket_comments (id, customer_id, client_ticket_id, author_employee_id, body)
		select gen_random_uuid(), $1, $2, $3, 'water ' || n from generate_series(1, 6000) n`, p.dapper, done.ID, p.agent.ID)
	p.set(t, done.ID, ticket.Resolved)
	p.get(t, p.member, "/tickets?view=all&q=water").wants(t, "common", 200, "Drained", "at least 1 of 2 tickets").lacks(t, "common", "Flooded")
	p.get(t, p.member, "/tickets?view=open&q=water").wants(t, "elsewhere", 200, `No open ticket mentions "water"`, "At least 1 other ticket does")
	p.get(t, p.member, "/tickets?q=flooded").wants(t, "rare", 200, open.Title, "1 of 2 tickets").lacks(t, "rare", "at least")
}

func TestTheQueue(t *testing.T) {
	t.Parallel()
	p := newPages(t)
	late, err := p.tickets.Create(clock.At(by(t, p.member), time.Now().AddDate(0, 0, -20)), ticket.NewTicket{Title: "Long ago", Description: "And late", Priority: ticket.Urgent})
	if err != nil {
		t.Fatal(err)
	}
	mine := p.raise(t, "Of mine")
	p.post(t, p.agent, deskPath(mine.ID)+"/take").leadsTo(t, "take", deskPath(mine.ID))
	p.raise(t, "Of nobody")
	done := p.raise(t, "Done with")
	p.set(t, done.ID, ticket.Resolved)

	p.get(t, p.agent, "/staff/tickets").wants(t, "open", 200, "Open 3", "Mine 1", "Nobody's 2", "Overdue 1", "Of mine", "Of nobody", "Long ago", "over", "3 tickets").
		lacks(t, "open", "Done with")
	for address, want := range map[string][]string{
		"?view=mine":            {"Of mine"},
		"?view=unassigned":      {"Of nobody", "Long ago"},
		"?view=overdue":         {"Long ago"},
		"?view=all":             {"Of mine", "Of nobody", "Long ago", "Done with"},
		"?status=resolved":      {"Done with"},
		"?priority=urgent":      {"Long ago"},
		"?assigned_to=me":       {"Of mine"},
		"?assigned_to=none":     {"Of nobody", "Long ago"},
		"?q=done":               {"Done with"},
		"?q=" + late.Number:     {"Long ago"},
		"?view=odd&sort=odd":    {"Of mine", "Of nobody", "Long ago"},
		"?cursor=odd":           {"Of mine", "Of nobody", "Long ago"},
		"?view=mine&q=nonesuch": {},
	} {
		g := p.get(t, p.agent, "/staff/tickets"+address).wants(t, address, http.StatusOK)
		for _, title := range []string{"Of mine", "Of nobody", "Long ago", "Done with"} {
			if slices.Contains(want, title) {
				g.wants(t, address, 200, title)
			} else {
				g.lacks(t, address, title)
			}
		}
	}
	p.get(t, p.chief, "/staff/tickets?customer_id="+p.fleetly.String()).wants(t, "another customer", 200, "No ticket fits these filters.", "Fleetly")
	p.get(t, p.otherAgent, "/staff/tickets").wants(t, "who serves another", 200, "No ticket wants an answer.").lacks(t, "who serves another", "Dapper", "Of mine")
}
