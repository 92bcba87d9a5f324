package home

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"clientportal/internal/markdown"
	"clientportal/internal/project"
	"clientportal/internal/timetrack"
	"clientportal/internal/web"
)

func (c clientPages) showDashboard(w http.ResponseWriter, r *http.Request) error {
	d, err := c.dashboard(r.Context())
	if err != nil {
		return err
	}
	p := c.Shell(w, r).Named("Home").Following("ticket:", "project:", "quote:", "hours:", "dashboard:", "source:")
	p.Section = "/"
	web.Render(w, r, http.StatusOK, ClientDashboard(p, d))
	return nil
}

// greeting is what the hour says to the reader, by their first name.
func greeting(c web.Clock, name string) string {
	now := c.Now.UTC()
	if c.Zone != nil {
		now = c.Now.In(c.Zone)
	}
	words := "Good evening"
	switch hour := now.Hour(); {
	case hour >= 4 && hour < 12:
		words = "Good morning"
	case hour >= 12 && hour < 18:
		words = "Good afternoon"
	}
	first, _, _ := strings.Cut(strings.TrimSpace(name), " ")
	if first == "" {
		return words
	}
	return words + ", " + first
}

// today is the reader's day and how much waits: "Thursday 19 November. Four things
// wait for you."
func today(c web.Clock, waiting int) string {
	line := c.Today().Format("Monday 2 January") + ". "
	switch waiting {
	case 0:
		return line + "Nothing waits for you."
	case 1:
		return line + "One thing waits for you."
	}
	return line + number(waiting) + " things wait for you."
}

// number is a count at the start of a sentence.
func number(n int) string {
	words := []string{"No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"}
	if n < len(words) {
		return words[n]
	}
	return fmt.Sprint(n)
}

// waiting is something that waits, with the moment by which the list is ordered.
type waiting struct {
	web.WaitingItem
	since time.Time
}

// waiting is what waits for this reader: what is urgent first, then the oldest.
func (d dashboard) waiting(c web.Clock) []web.WaitingItem {
	var all []waiting
	if d.mayWrite {
		all = append(all, d.asked(c)...)
		all = append(all, d.unanswered(c)...)
	}
	if d.mayDecide {
		all = append(all, d.undecided(c)...)
	}
	return ordered(all)
}

// ordered are the items of a list, the first of them with the page's primary action.
func ordered(all []waiting) []web.WaitingItem {
	slices.SortStableFunc(all, func(a, b waiting) int {
		if a.Urgent != b.Urgent {
			return cmp.Compare(b2i(b.Urgent), b2i(a.Urgent))
		}
		return a.since.Compare(b.since)
	})
	items := make([]web.WaitingItem, len(all))
	for i, w := range all {
		items[i] = w.WaitingItem
	}
	if len(items) > 0 {
		items[0].Do.Kind = web.Primary
	}
	return items
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// since is from when on something waits: "2 h ago", "Since yesterday", "Since 17 Nov".
func since(c web.Clock, t time.Time) string {
	words := c.Ago(t)
	if words == "just now" || strings.HasSuffix(words, "ago") {
		return words
	}
	return "Since " + words
}

func (d dashboard) asked(c web.Clock) (all []waiting) {
	for _, a := range d.asks {
		item := web.WaitingItem{
			Icon: web.IconProjects, Title: a.Phase, Text: a.Name + ", phase " + a.Phase, Since: since(c, a.Since),
			Do: web.Action{Label: "Open phase", Href: projectPath(a.Project) + "#phases"},
		}
		if a.WaitingOn != nil {
			item.Title = *a.WaitingOn
		}
		if a.PlannedEnd != nil {
			item.Since, item.Urgent = c.Due(*a.PlannedEnd)
		}
		all = append(all, waiting{item, a.Since})
	}
	return all
}

func (d dashboard) unanswered(c web.Clock) (all []waiting) {
	for _, t := range d.tickets {
		if t.Status != "waiting_for_client" {
			continue
		}
		item := web.WaitingItem{
			Icon: web.IconTicket, Title: t.Title, Text: t.Number,
			Do: web.Action{Label: "Answer", Href: ticketPath(t.ID)},
		}
		asked := t.UpdatedAt
		if t.AskedBy != nil {
			item.Text, asked = t.Number+", asked by "+*t.AskedBy, *t.AskedAt
		}
		item.Since = since(c, asked)
		all = append(all, waiting{item, asked})
	}
	return all
}

func (d dashboard) undecided(c web.Clock) (all []waiting) {
	for _, q := range d.quotes {
		item := web.WaitingItem{
			Icon: web.IconQuote, Title: "Decide on the quote: " + q.Name, Text: fmt.Sprintf("%s, version %d", q.Number, q.Version),
			Do: web.Action{Label: "Read quote", Href: "/quotes/" + q.ID.String()},
		}
		if q.Total != nil {
			item.Text += ", " + web.Money(*q.Total, q.Currency)
		}
		var sent time.Time
		if q.SentAt != nil {
			sent = *q.SentAt
			item.Since = since(c, sent)
		}
		if q.ValidUntil != nil {
			item.Since, item.Urgent = "Valid to "+c.Date(*q.ValidUntil), c.DaysUntil(*q.ValidUntil) <= 1
		}
		all = append(all, waiting{item, sent})
	}
	for _, a := range d.hours {
		sum := timetrack.Hours(a.Minutes).String()
		all = append(all, waiting{web.WaitingItem{
			Icon: web.IconClock, Title: "Approve " + sum + " h", Text: web.Plural(a.Count, "entry", "entries") + ", together or one by one",
			Since: since(c, a.Since), Do: web.Action{Label: "Review hours", Href: "/hours?status=pending"},
		}, a.Since})
	}
	for _, b := range d.blocks {
		all = append(all, waiting{web.WaitingItem{
			Icon: web.IconClock, Title: "Decide on " + timetrack.Hours(b.Minutes).String() + " h beyond the retainer", Text: b.Name + ", " + web.Money(b.Amount, b.Currency),
			Since: since(c, b.AskedAt), Urgent: true, Do: web.Action{Label: "Look at it", Href: "/hours"},
		}, b.AskedAt})
	}
	for _, v := range d.deliverables {
		all = append(all, waiting{web.WaitingItem{
			Icon: web.IconCheck, Title: "Accept: " + v.Name, Text: v.ProjectName, Since: since(c, v.DeliveredAt),
			Do: web.Action{Label: "Look at it", Href: projectPath(v.Project) + "#deliverables"},
		}, v.DeliveredAt})
	}
	return all
}

func (d dashboard) newTicket() []web.Action {
	if !d.mayRaise {
		return nil
	}
	return []web.Action{{Label: "New ticket", Icon: web.IconPlus, Href: "/tickets/new"}}
}

// recent are the tickets that the page lists.
func (d dashboard) recent() []openTicket { return d.tickets[:min(len(d.tickets), ticketsListed)] }

// allTickets leads to the open tickets, with their number.
func (d dashboard) allTickets() []web.Link {
	if d.openTickets <= ticketsListed {
		return []web.Link{{Label: "All tickets", Href: "/tickets"}}
	}
	return []web.Link{{Label: fmt.Sprintf("All %d", d.openTickets), Href: "/tickets"}}
}

// state says who is on a ticket, where somebody is.
func (t openTicket) state() web.State {
	state := web.TicketState(t.Status, false)
	if t.Status == "in_progress" && t.AssignedTo != nil {
		first, _, _ := strings.Cut(*t.AssignedTo, " ")
		return state.Says(first + " is on it")
	}
	return state
}

func (p running) state(c web.Clock) web.State {
	return project.State(p.Status, p.Phases, p.due(), c, false)
}

func (p running) due() *project.Day {
	if p.Due == nil {
		return nil
	}
	return &project.Day{Time: *p.Due}
}

// place is the phase that the project is in: "Build, phase 4 of 6".
func (p running) place() string {
	if p.Current == nil {
		return web.Plural(len(p.Phases), "phase")
	}
	for i, phase := range p.Phases {
		if phase.Name == *p.Current {
			return fmt.Sprintf("%s, phase %d of %d", phase.Name, i+1, len(p.Phases))
		}
	}
	return *p.Current
}

func (n news) href() string {
	if n.OfTicket {
		return ticketPath(n.ID)
	}
	return projectPath(n.ID) + "#updates"
}

// excerpt is the beginning of what somebody wrote, without its marks.
func excerpt(body string) string { return markdown.Opening(body, 110) }
