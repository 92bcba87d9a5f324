package project_test

import (
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"clientportal/internal/fault"
	"clientportal/internal/project"
)

func number(text string) project.Number {
	return project.Number{Decimal: decimal.RequireFromString(text)}
}

func line(what, quantity, price string) project.Line {
	return project.Line{Description: what, Quantity: number(quantity), Unit: "h", UnitPrice: amount(price)}
}

func TestLinesMakeTheTotal(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	rate := number("19")
	made, err := h.CreateQuote(h.manager, project.Offer{
		CustomerID: h.acme, Name: "Relaunch", Intro: "What we *offer*", TaxRate: &rate,
		Lines: []project.Line{line("Design", "0.333", "100.00"), line("Build", "2.5", "95.55"), line("Discount", "1", "-10.01")},
	})
	if err != nil {
		t.Fatal(err)
	}
	// 33.30 + 238.88 (238.875 rounds away from zero) - 10.01, and 19 % of that
	for what, got := range map[string][2]string{
		"subtotal": {made.Subtotal.String(), "262.17"}, "tax": {made.Tax.String(), "49.81"}, "total": {made.Total.String(), "311.98"},
	} {
		if got[0] != got[1] {
			t.Errorf("%s %s, want %s", what, got[0], got[1])
		}
	}
	lines := []project.Line{line("All", "3", "0.10")}
	changed, err := h.UpdateQuote(h.manager, made.ID, project.QuoteChange{Lines: &lines}, made.Tag())
	if err != nil || changed.Total.String() != "0.36" || len(changed.Lines) != 1 || changed.Version != 1 || changed.Status != project.Draft {
		t.Errorf("changed %+v, %v", changed, err)
	}
	if _, err := h.UpdateQuote(h.manager, made.ID, project.QuoteChange{Lines: &lines}, made.Tag()); fault.CodeOf(err) != fault.Stale {
		t.Errorf("a change of an older draft: %v", err)
	}
	none, total := []project.Line{}, amount("500")
	changed, err = h.UpdateQuote(h.manager, made.ID, project.QuoteChange{Lines: &none, Total: &total}, changed.Tag())
	if err != nil || changed.Total.String() != "500.00" || changed.TaxRate != nil || changed.Subtotal != nil {
		t.Errorf("without lines %+v, %v", changed, err)
	}
	same, err := h.UpdateQuote(h.manager, made.ID, project.QuoteChange{Total: &total, Currency: ptr("")}, "")
	if err != nil || same.Currency != "EUR" {
		t.Errorf("the same again: %+v, %v", same, err)
	}
	if got, want := h.events(t, made.ID), []string{"quote.create", "quote.update", "quote.update"}; !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

func TestNoLineIsTooMuch(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	whole, rate := amount("10"), number("101")
	for name, c := range map[string]struct {
		offer project.Offer
		field string
	}{
		"a total beside lines":    {project.Offer{Total: &whole, Lines: []project.Line{line("A", "1", "1")}}, "total"},
		"nothing of something":    {project.Offer{Lines: []project.Line{line("A", "0", "1")}}, "lines[0].quantity"},
		"a price of half a penny": {project.Offer{Lines: []project.Line{line("A", "1", "1"), line("B", "1", "0.005")}}, "lines[1].unit_price"},
		"a number without end":    {project.Offer{Lines: []project.Line{line("A", "1e10000", "1")}}, "lines[0].quantity"},
		"more than the column":    {project.Offer{Lines: []project.Line{line("A", "999999999", "999999999")}}, "lines"},
		"less than nothing":       {project.Offer{Lines: []project.Line{line("A", "1", "-1")}}, "lines"},
		"no description":          {project.Offer{Lines: []project.Line{line("", "1", "1")}}, "lines[0].description"},
		"more tax than price":     {project.Offer{TaxRate: &rate, Lines: []project.Line{line("A", "1", "1")}}, "tax_rate"},
		"201 lines":               {project.Offer{Lines: slices.Repeat([]project.Line{line("A", "1", "1")}, 201)}, "lines"},
		"51 phases":               {project.Offer{Phases: slices.Repeat([]project.Plan{{Name: "A"}}, 51)}, "phases"},
	} {
		c.offer.CustomerID, c.offer.Name = h.acme, "Too much"
		_, err := h.CreateQuote(h.admin, c.offer)
		if !faultOf(err, c.field) {
			t.Errorf("%s: %v, want a fault of %s", name, err, c.field)
		}
	}
}

func TestAChangedQuoteNeedsANewDecision(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	name := "With search"
	for from, may := range map[project.Status]bool{
		project.Sent: true, project.Approved: true, project.Rejected: true, project.InProgress: false, project.Completed: false,
	} {
		q := h.quote(t, "Plain", from)
		changed, err := h.UpdateQuote(h.manager, q.ID, project.QuoteChange{Name: &name}, "")
		if !may {
			if fault.CodeOf(err) != fault.Conflict {
				t.Errorf("a change of what is %s: %v", from, err)
			}
			continue
		}
		if err != nil || changed.Version != 2 || changed.Status != project.Sent || changed.Name != name || len(changed.Phases) != 2 {
			t.Errorf("a change of what is %s: %+v, %v", from, changed, err)
		}
		if err := h.StartProject(h.manager, q.ID); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("work on what was %s and is not approved: %v", from, err)
		}
		if err := h.approve(h.approver, q.ID, ""); err != nil {
			t.Errorf("a new decision on what was %s: %v", from, err)
		}
	}
}

func TestWhatIsOfferedHasAnEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	// Auckland is 13 hours ahead: at ten in the morning in UTC it is the same day there,
	// at noon it is tomorrow.
	h.exec(t, `update customers set timezone = 'Pacific/Auckland' where id = $1`, h.acme)
	q, err := h.CreateQuote(h.manager, project.Offer{CustomerID: h.acme, Name: "Today only", ValidUntil: &today})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.SendQuote(h.manager, q.ID); err != nil {
		t.Fatal(err)
	}
	inTime, tooLate := at(h.approver, today.Add(10*time.Hour)), at(h.approver, today.Add(12*time.Hour))
	shown, err := h.Quote(inTime, q.ID)
	if err != nil || shown.Expired {
		t.Fatalf("in time: %+v, %v", shown, err)
	}
	if err := h.ApproveQuote(tooLate, q.ID, "", shown.Tag()); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("too late: %v", err)
	}
	if late, err := h.Quote(tooLate, q.ID); err != nil || !late.Expired || late.Tag() == shown.Tag() {
		t.Errorf("shown too late: %+v, %v", late, err)
	}
	if err := h.ApproveQuote(inTime, q.ID, "", shown.Tag()); err != nil {
		t.Errorf("in time: %v", err)
	}
	gone := project.DayOf(today.AddDate(0, 0, -1))
	draft, err := h.CreateQuote(h.manager, project.Offer{CustomerID: h.acme, Name: "Yesterday", ValidUntil: &gone})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.SendQuote(h.manager, draft.ID); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("sent after its end: %v", err)
	}
}
