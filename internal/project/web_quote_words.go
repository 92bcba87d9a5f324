package project

import (
	"fmt"

	"clientportal/internal/web"
)

// quoteState says how a quote stands, to either side.
func quoteState(q QuoteSummary, staff bool) web.State {
	switch q.Status {
	case Draft:
		return web.State{Tone: web.Open, Words: "Draft"}
	case Sent:
		if q.Expired {
			return web.State{Tone: web.Late, Words: "Expired"}
		}
		return waitingState(staff)
	case Rejected:
		return web.State{Tone: web.Closed, Words: "Rejected"}
	case Cancelled:
		return web.State{Tone: web.Closed, Words: "Withdrawn"}
	case InProgress:
		return web.State{Tone: web.Active, Words: "Approved, in progress"}
	case Completed:
		return web.State{Tone: web.Done, Words: "Approved, finished"}
	}
	return web.State{Tone: web.Done, Words: "Approved"}
}

// isProject reports whether there is a project's page of the quote.
func isProject(q QuoteSummary) bool {
	return q.Status == Approved || q.Status == InProgress || q.Status == Completed
}

// price is a quote's total, or that there is none.
func price(total *Amount, currency string) string {
	if total == nil {
		return "Not priced"
	}
	return web.Money(total.Decimal, currency)
}

// approveLabel names what is approved: "Approve £8,400.00".
func (v quoteView) approveLabel() string {
	if v.Total == nil {
		return "Approve the quote"
	}
	return "Approve " + price(v.Total, v.Currency)
}

// superseded reports whether the last decision was about an older version.
func (v quoteView) superseded() bool { return v.Decision != nil && v.Decision.Version < v.Version }

// decided tells of the last decision: "Approved by Mara Lindqvist".
func (d Decision) decided() string {
	if d.Approved {
		return "Approved by " + d.By.Name
	}
	return "Rejected by " + d.By.Name
}

func (v quoteView) facts(c web.Clock) []web.Fact {
	facts := []web.Fact{
		{Term: "Number", Text: v.Number},
		{Term: "Version", Text: fmt.Sprint(v.Version)},
		{Term: "Total", Text: price(v.Total, v.Currency)},
	}
	if v.staff {
		facts = append([]web.Fact{{Term: "Customer", Text: v.Customer.Name}}, facts...)
	}
	if v.ValidUntil != nil {
		facts = append(facts, web.Fact{Term: "Valid until", Text: c.Date(v.ValidUntil.Time)})
	}
	if v.SentAt != nil {
		facts = append(facts, web.Fact{Term: "Sent", Value: web.Moment(c, *v.SentAt)})
	}
	if v.StartDate != nil || v.DueDate != nil {
		facts = append(facts, web.Fact{Term: "Planned", Text: span(c, v.StartDate, v.DueDate)})
	}
	if v.Author != nil {
		facts = append(facts, web.Fact{Term: "Ask", Value: web.Person(v.Author.Name, true)})
	}
	return facts
}

// span is from one day to another, either of which may not be known.
func span(c web.Clock, from, to *Day) string {
	switch {
	case from != nil && to != nil:
		return c.Span(from.Time, to.Time)
	case from != nil:
		return "from " + c.Date(from.Time)
	case to != nil:
		return "until " + c.Date(to.Time)
	}
	return "Not planned"
}

// taxLabel is "Tax, 20%" without a claim on which tax it is.
func taxLabel(rate Number) string { return "Tax, " + rate.String() + "%" }

// quantity is how much of a line: "12 h".
func (l Line) quantity() string {
	if l.Unit == "" {
		return l.Quantity.String()
	}
	return l.Quantity.String() + " " + l.Unit
}

// pdfPath is where the quote is to be had as a PDF.
func (v quoteView) pdfPath() string {
	if v.staff {
		return "/api/staff/quotes/" + v.ID.String() + "/pdf"
	}
	return "/api/client-portal/quotes/" + v.ID.String() + "/pdf"
}
