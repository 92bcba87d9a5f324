package project

import (
	"fmt"
	"strings"

	"clientportal/internal/web"
)

func (v projectView) state(c web.Clock) web.State {
	return State(v.Status, v.Phases, v.DueDate, c, v.staff)
}

// figures are the line of facts below the title.
func (v projectView) figures(c web.Clock) []web.Fact {
	facts := []web.Fact{
		{Term: "Progress", Text: fmt.Sprintf("%d%%", v.ProgressPercent)},
		{Term: "Done", Text: strings.TrimSuffix(PhasesDone(v.Phases), " done")},
		{Term: "Planned end", Text: dateOr(c, v.DueDate, "Not planned")},
		{Term: "Price", Text: price(v.Total, v.Currency)},
		{Term: "Lead", Text: leadOr(v.Lead)},
	}
	if v.staff {
		facts[4] = web.Fact{Term: "Customer", Text: v.Customer.Name}
	}
	return facts
}

func (v projectView) actions() []web.Action {
	if v.staff {
		return v.staffActions()
	}
	if !v.asks {
		return nil
	}
	return []web.Action{{Label: "Ask about this project", Kind: web.Primary, Href: v.askPath()}}
}

// askPath leads to a new ticket about the project.
func (v projectView) askPath() string { return "/tickets/new?quote_id=" + v.QuoteID.String() }

// waitingPhases are those that wait for the client, while the project runs.
func (v projectView) waitingPhases() (waiting []Phase) {
	if v.Status != Approved && v.Status != InProgress {
		return nil
	}
	for _, p := range v.Phases {
		if p.Status == PhaseWaiting {
			waiting = append(waiting, p)
		}
	}
	return waiting
}

// waitingTitle says in one line what is waited for.
func (v projectView) waitingTitle() string {
	waiting := v.waitingPhases()
	if len(waiting) == 1 {
		return waitingState(v.staff).Words + ": " + waiting[0].ask()
	}
	return waitingState(v.staff).Words + ": " + web.Plural(len(waiting), "thing")
}

// ask is what a phase waits for.
func (p Phase) ask() string {
	if p.WaitingOn != nil {
		return *p.WaitingOn
	}
	return p.Name
}

// holdsUp says what a waiting phase holds up, and until when.
func (p Phase) holdsUp(c web.Clock) string {
	words := "The phase " + p.Name + " cannot go on without it."
	if p.PlannedEnd != nil {
		due, _ := c.Due(p.PlannedEnd.Time)
		words += " " + due + "."
	}
	return words
}

// actualDays are the days on which a phase was at work.
func (p Phase) actualDays(c web.Clock) string {
	switch {
	case p.ActualStart == nil:
		return "Not begun"
	case p.ActualEnd == nil:
		return "since " + c.Date(p.ActualStart.Time)
	}
	return c.Span(p.ActualStart.Time, p.ActualEnd.Time)
}

// share is how much of the project a phase is, in whole percent, and how far it is
// while it is at work.
func (v projectView) share(p Phase) string {
	whole := 0
	for _, phase := range v.Phases {
		whole += phase.Weight
	}
	if whole == 0 {
		return ""
	}
	words := fmt.Sprintf("%d%% of the project", (p.Weight*100+whole/2)/whole)
	if p.ProgressPercent > 0 && p.ProgressPercent < 100 {
		words += fmt.Sprintf(", %d%% done", p.ProgressPercent)
	}
	return words
}

func (d Deliverable) state(staff bool) web.State {
	switch d.Status {
	case Accepted:
		return web.State{Tone: web.Done, Words: "Accepted"}
	case ChangesRequested:
		return web.State{Tone: web.Late, Words: "Changes wanted"}
	}
	return waitingState(staff)
}

// ticketHref is where the reader opens a ticket.
func (v projectView) ticketHref(t Ticket) string {
	if v.staff {
		return "/staff/tickets/" + t.ID.String()
	}
	return "/tickets/" + t.ID.String()
}

// allTickets leads to all tickets of the project.
func (v projectView) allTickets() web.Link {
	if v.staff {
		return web.Link{Label: "All tickets", Href: "/staff/tickets?view=all&customer_id=" + v.Customer.ID.String()}
	}
	return web.Link{Label: "All tickets", Href: "/tickets?view=all&quote_id=" + v.QuoteID.String()}
}

// entriesHref leads to what was worked on the project.
func (v projectView) entriesHref() string {
	if v.staff {
		return "/staff/hours?customer_id=" + v.Customer.ID.String()
	}
	return "/hours?project=" + v.QuoteID.String()
}

func (v projectView) quoteHref() string {
	if v.staff {
		return "/staff" + quotePath(v.QuoteID)
	}
	return quotePath(v.QuoteID)
}

func hours(a Amount) string { return a.String() + "\u00a0h" }
