package home

import (
	"net/http"
	"time"

	"clientportal/internal/project"
	"clientportal/internal/timetrack"
	"clientportal/internal/web"
)

func (s staffPages) showStart(w http.ResponseWriter, r *http.Request) error {
	v, err := s.start(r.Context())
	if err != nil {
		return err
	}
	p := s.Shell(w, r).Named("Home").Following("ticket:", "project:", "quote:", "hours:")
	p.Section = "/staff"
	web.Render(w, r, http.StatusOK, StaffStart(p, v))
	return nil
}

// waiting is what waits for this employee in person: answers that are late, and
// what clients want changed.
func (s start) waiting(c web.Clock) []web.WaitingItem {
	var all []waiting
	for _, t := range s.mine {
		all = append(all, waiting{web.WaitingItem{
			Icon: web.IconTicket, Title: t.Title, Text: t.Number + ", " + t.Customer, Since: "Due " + c.Ago(t.DueAt), Urgent: true,
			Do: web.Action{Label: "Answer", Href: "/staff" + ticketPath(t.ID)},
		}, t.DueAt})
	}
	for _, e := range s.rejected {
		text := timetrack.Hours(e.Minutes).String() + " h, " + e.Customer
		if e.Reason != nil {
			text += ": " + excerpt(*e.Reason)
		}
		all = append(all, waiting{web.WaitingItem{
			Icon: web.IconClock, Title: "Rejected: " + e.Text, Text: text, Since: c.Ago(e.At),
			Do: web.Action{Label: "Answer", Href: "/staff/hours/" + e.ID.String()},
		}, e.At})
	}
	for _, d := range s.unsigned {
		text := d.ProjectName + ", " + d.Customer
		if d.Comment != nil {
			text += ": " + excerpt(*d.Comment)
		}
		all = append(all, waiting{web.WaitingItem{
			Icon: web.IconEdit, Title: "Changes wanted: " + d.Name, Text: text, Since: c.Ago(d.DecidedAt),
			Do: web.Action{Label: "Open project", Href: "/staff" + projectPath(d.Project) + "#deliverables"},
		}, d.DecidedAt})
	}
	return ordered(all)
}

// part is a list of the page.
type part struct {
	id, title string
	more      web.Link
	lines     []line
	none      string // says that there is nothing in it
}

// parts are the lists with something in them, and what is to be said of the others.
func (s start) parts(c web.Clock) (parts []part, quiet []string) {
	for _, p := range []part{
		{"overdue", "Answers overdue with colleagues", web.Link{Label: "All overdue", Href: "/staff/tickets?view=overdue"}, s.unanswered(c), "No colleague is behind with an answer."},
		{"nobodys", "Nobody's tickets", web.Link{Label: "All unassigned", Href: "/staff/tickets?view=unassigned"}, s.unassigned(c), "Every ticket has somebody who is on it."},
		{"phases", "Phases late, held up or waiting", web.Link{Label: "All projects", Href: "/staff/projects"}, s.behind(c), "Every project is on plan."},
		{"retainers", "Retainers close to their limit", web.Link{Label: "All retainers", Href: "/staff/retainers"}, s.running(c), "Every retainer is on pace."},
		{"quotes", "Quotes without an answer", web.Link{Label: "All sent quotes", Href: "/staff/quotes?view=sent"}, s.offered(c), "No quote waits for a client."},
		{"drafts", "Your drafts", web.Link{Label: "All drafts", Href: "/staff/quotes?view=draft"}, s.begun(c), ""},
	} {
		switch {
		case len(p.lines) > 0:
			parts = append(parts, p)
		case p.none != "":
			quiet = append(quiet, p.none)
		}
	}
	return parts, quiet
}

// lines are what a list tells of its items.
func lines[T any](items []T, draw func(T) line) []line {
	all := make([]line, len(items))
	for i, item := range items {
		all[i] = draw(item)
	}
	return all
}

func (s start) unanswered(c web.Clock) []line {
	return lines(s.overdue, func(t queued) line {
		meta := t.Number + ", " + t.Customer
		if t.Assignee != nil {
			meta += ", with " + *t.Assignee
		}
		return line{"/staff" + ticketPath(t.ID), t.Title, meta, web.State{Tone: web.Late, Words: "Due " + c.Ago(t.DueAt)}}
	})
}

func (s start) unassigned(c web.Clock) []line {
	return lines(s.nobodys, func(t queued) line {
		state := web.State{Tone: web.Open, Words: "Due " + c.Ago(t.DueAt)}
		if t.DueAt.Before(c.Now) || t.Urgent {
			state.Tone = web.Late
		}
		return line{"/staff" + ticketPath(t.ID), t.Title, t.Number + ", " + t.Customer, state}
	})
}

func (s start) running(c web.Clock) []line {
	return lines(s.close, func(r timetrack.Standing) line {
		return line{r.Path(), r.Customer.Name, r.Name + ", " + r.Left(), r.Health(c)}
	})
}

func (s start) behind(c web.Clock) []line {
	return lines(s.phases, func(p stuck) line {
		phase := project.Phase{Status: project.PhaseStatus(p.Status)}
		if p.PlannedEnd != nil {
			phase.PlannedEnd = &project.Day{Time: *p.PlannedEnd}
		}
		meta := p.Name + ", " + p.Customer
		if p.WaitingOn != nil {
			meta += ". Waits for: " + *p.WaitingOn
		}
		state := project.PhaseState(phase, c, true)
		if p.PlannedEnd != nil && c.DaysUntil(*p.PlannedEnd) < 0 && state.Tone != web.Late {
			meta += ". " + web.Lateness(-c.DaysUntil(*p.PlannedEnd))
		}
		return line{"/staff" + projectPath(p.Project) + "#phases", p.Phase, meta, state}
	})
}

func (s start) offered(c web.Clock) []line {
	return lines(s.quotes, func(q sentQuote) line {
		meta := q.Number + ", " + q.Customer
		if q.Total != nil {
			meta += ", " + web.Money(*q.Total, q.Currency)
		}
		return line{"/staff/quotes/" + q.ID.String(), q.Name, meta, validity(c, q.ValidUntil, q.SentAt)}
	})
}

// validity says how long a sent quote still waits.
func validity(c web.Clock, until, sent *time.Time) web.State {
	switch {
	case until == nil && sent == nil:
		return web.State{Tone: web.Waiting, Words: "Sent"}
	case until == nil:
		return web.State{Tone: web.Waiting, Words: "Sent " + c.Ago(*sent)}
	case c.DaysUntil(*until) < 0:
		return web.State{Tone: web.Late, Words: "Expired " + c.Date(*until)}
	}
	return web.State{Tone: web.Waiting, Words: "Valid to " + c.Date(*until)}
}

func (s start) begun(c web.Clock) []line {
	return lines(s.drafts, func(q draft) line {
		return line{"/staff/quotes/" + q.ID.String(), q.Name, q.Number + ", " + q.Customer, web.State{Tone: web.Open, Words: "Changed " + c.Ago(q.UpdatedAt)}}
	})
}
