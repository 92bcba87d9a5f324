package timetrack

import (
	"net/http"
	"strings"

	"clientportal/internal/fault"
	"clientportal/internal/markdown"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// entryView is one entry with all that was said and done about it.
type entryView struct {
	Detail
	decides, staff bool
	answer         web.Form
}

func (c clientPages) showEntry(w http.ResponseWriter, r *http.Request) error {
	return c.drawEntry(w, r, http.StatusOK, web.Form{})
}

func (c clientPages) drawEntry(w http.ResponseWriter, r *http.Request, status int, answer web.Form) error {
	id, err := route.PathID(r, "id", "time entry")
	if err != nil {
		return err
	}
	v := entryView{decides: can(r.Context(), mayDecide), answer: answer}
	if v.Detail, err = c.Entry(r.Context(), id); err != nil {
		return err
	}
	p := c.page(w, r, v.TaskDescription, web.Crumb{Label: "Hours", Href: clientRoot}, web.Crumb{Label: "Entry"}).Following("hours:")
	web.Render(w, r, status, entryPage(p, v))
	return nil
}

func (c clientPages) answerEntry(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "time entry")
	if err != nil {
		return err
	}
	f, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	_, err = c.AnswerEntry(r.Context(), id, Answer{Body: f.Value("body")})
	if fault.Mendable(err) {
		f, _ = f.With(err)
		return c.drawEntry(w, r, fault.Status(err), f)
	}
	if err != nil {
		return err
	}
	return said(c.Pages, w, r, entryPath(id), "Your answer is sent.")
}

// facts are what the entry is.
func (v entryView) facts() []web.Fact {
	facts := []web.Fact{{Term: "Hours", Text: v.Hours.String() + " (" + web.Plural(v.Minutes, "minute") + ")"}, {Term: "Day", Text: v.DateWorked.Format("Monday 2 January 2006")}}
	add := func(term string, text *string) {
		if text != nil && *text != "" {
			facts = append(facts, web.Fact{Term: term, Text: *text})
		}
	}
	if v.staff {
		facts = append(facts, web.Fact{Term: "Customer", Text: v.Customer.Name})
	}
	add("Who", v.EmployeeName)
	add("Kind", v.Category)
	add("Project", v.QuoteName)
	add("Ticket", v.TicketNumber)
	said := map[bool]string{true: "Yes", false: "No"}
	facts = append(facts, web.Fact{Term: "Billed", Text: said[v.Billable]}, web.Fact{Term: "Retainer", Text: said[v.IsRetainer]})
	if v.HourlyRate != nil {
		facts = append(facts, web.Fact{Term: "Rate", Text: web.Money(v.HourlyRate.Decimal, v.Currency)})
	}
	if v.staff && v.Internal {
		facts = append(facts, web.Fact{Term: "Internal", Text: "No client sees it"})
	}
	return facts
}

// deeds are the revisions in words, the last one first.
var deeds = map[string]string{
	"log": "logged it", "update": "changed it", "delete": "deleted it", "approve": "approved it", "reject": "rejected it", "resubmit": "asked for approval again",
}

// historyLine is one revision in words, with what it changed.
func (v entryView) historyLine(i int) string {
	r := v.History[i]
	words := r.By + " " + firstOf(deeds[r.Action], r.Action)
	if i == 0 || r.Action != "update" {
		return words
	}
	was, now := v.History[i-1].Entry, r.Entry
	var changes []string
	if was.Minutes != now.Minutes {
		changes = append(changes, was.Hours.String()+" to "+now.Hours.String()+" h")
	}
	if !was.DateWorked.Equal(now.DateWorked.Time) {
		changes = append(changes, was.DateWorked.Format("2 Jan")+" to "+now.DateWorked.Format("2 Jan"))
	}
	if was.TaskDescription != now.TaskDescription {
		changes = append(changes, "the text, which was “"+markdown.Shorten(was.TaskDescription, 60)+"”")
	}
	if len(changes) == 0 {
		return words
	}
	return words + ": " + strings.Join(changes, ", ")
}
