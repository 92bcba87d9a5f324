package ledger_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"clientportal/internal/exact"
	"clientportal/internal/timetrack/ledger"
)

// TestHistories lives thousands of random histories, and holds each to what must be
// right of every one.
func TestHistories(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory(t)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			rows := append([]ledger.Row{}, h.Rows...)
			h.step(t)
			if len(rows) > 0 && !reflect.DeepEqual(h.Rows[:len(rows)], rows) {
				t.Fatal("a row was changed")
			}
			h.check(t)
		}
		h.replay(t)
	})
}

func (h *history) check(t *rapid.T) {
	granted, used, bought, expired := 0, 0, 0, 0
	for _, r := range h.Rows {
		switch r.Kind {
		case ledger.Grant:
			granted += r.Minutes
		case ledger.Use, ledger.Adjustment:
			used -= r.Minutes
		case ledger.Overage:
			bought += r.Minutes
		case ledger.Expiry:
			expired -= r.Minutes
		}
	}
	if got := granted + bought - used - expired; h.Balance() != got {
		t.Fatalf("the balance is %d; granted %d, bought %d, used %d and expired %d come to %d", h.Balance(), granted, bought, used, expired, got)
	}
	worked := 0
	for _, e := range h.entries {
		worked += e.minutes
	}
	if worked != used {
		t.Fatalf("the entries take %d minutes, the ledger %d", worked, used)
	}
	rolled := 0
	for _, r := range h.Rows {
		if r.Kind == ledger.Rollover {
			rolled += r.Minutes
		}
	}
	if rolled != 0 {
		t.Fatalf("rollover made %d minutes", rolled)
	}
	for _, p := range h.Periods {
		h.checkPeriod(t, p)
	}
}

// checkClosing holds what expired and was billed at the end of a period to each other:
// nothing is billed as long as anything is left.
func (h *history) checkClosing(t *rapid.T, p ledger.Period, terms ledger.Terms) {
	expired, billed, price := map[int]int{}, 0, decimal.Zero
	for _, r := range h.Rows {
		switch {
		case r.Period != p.Number:
		case r.Kind == ledger.Expiry:
			expired[r.Origin] -= r.Minutes
		case r.Kind == ledger.Overage && r.Day.Equal(p.Ends.Time):
			billed, price = billed+r.Minutes, price.Add(*r.Amount)
		}
	}
	for origin, minutes := range expired {
		if minutes < 0 || minutes > 0 && billed > 0 {
			t.Fatalf("of the minutes of period %d %d expired, and %d were billed", origin, minutes, billed)
		}
	}
	if want := ledger.Price(billed, terms.Rate); billed < 0 || !price.Equal(*want) {
		t.Fatalf("%d minutes were billed at %s, want %s", billed, price, want)
	}
}

func (h *history) checkPeriod(t *rapid.T, p ledger.Period) {
	s, terms := h.Sums(p), h.TermsOn(p.Starts)
	sum := s.Included + s.RolledOver + s.Adjusted + s.Bought - s.Used - s.Expired - s.Onward
	if p.Closed == nil {
		return
	}
	if sum != 0 {
		t.Fatalf("closed period %d does not sum to nothing: %+v", p.Number, s)
	}
	h.checkClosing(t, p, terms)
	if terms.Cap != nil && s.Onward > *terms.Cap {
		t.Fatalf("%d minutes rolled over, the cap is %d", s.Onward, *terms.Cap)
	}
	if !terms.Rolls() && s.Onward > 0 {
		t.Fatalf("%d minutes rolled over although nothing of it was agreed", s.Onward)
	}
	if terms.Bill && s.Onward < 0 {
		t.Fatalf("a deficit of %d was carried that is billed", -s.Onward)
	}
	for _, r := range h.Rows {
		into := r.Kind == ledger.Rollover && r.Period == p.Number+1 && r.Day.Equal(p.Ends.Time) && r.Minutes > 0
		if into && terms.Lives != nil && r.Period-r.Origin > *terms.Lives {
			t.Fatalf("minutes of period %d rolled over into %d, and live for %d", r.Origin, r.Period, *terms.Lives)
		}
	}
}

// replay looks back: each day that was lived is told as it was told then, and a closed
// period of any day as it was closed. What no answer needs may have been forgotten.
func (h *history) replay(t *rapid.T) {
	for _, then := range h.past {
		at := h.At(then.day, &then.at)
		got := snapshot{day: then.day, at: then.at, rows: len(at.Rows)}
		if p, ok := at.On(then.day); ok {
			got.sums = at.Sums(p)
		}
		if got != then {
			t.Fatalf("of %s it was said %+v, and now %+v", then.day, then, got)
		}
		for _, known := range []*time.Time{&then.at, nil} {
			h.forgetting(t, then.day, then.day, known)
		}
	}
	whole := &ledger.Book{Starts: h.Starts, Terms: h.Terms} // it never ends
	whole.Open(h.today, h.at)
	for i, p := range h.Periods {
		days, of := p.Ends.Sub(p.Starts.Time), whole.Periods[i].Ends.Sub(p.Starts.Time)
		want := decimal.New(int64(h.TermsOn(p.Starts).Minutes)*int64(days/time.Hour), 0).DivRound(decimal.New(int64(of/time.Hour), 0), 0)
		if got := h.Sums(p).Included; int64(got) != want.IntPart() {
			t.Fatalf("period %d is granted %d, want %s", i, got, want)
		}
		if p.Closed == nil {
			continue
		}
		at := h.At(p.Ends, nil)
		if got, want := at.Sums(at.Periods[p.Number]), h.Sums(p); got != want {
			t.Fatalf("closed period %d is %+v, replayed %+v", p.Number, want, got)
		}
		h.forgetting(t, p.Last(), p.Ends, nil)
		h.forgetting(t, p.Last(), p.Ends, p.Closed)
	}
}

// forgetting holds the period of a day, as it stands at the end of another, to what is
// said of it without the rows of periods that were closed before it, or begin after it.
func (h *history) forgetting(t *rapid.T, day, end exact.Day, known *time.Time) {
	whole := h.At(end, known)
	p, ok := whole.On(day)
	if !ok {
		return
	}
	first := slices.IndexFunc(h.Periods, func(p ledger.Period) bool {
		return p.Closed == nil || known != nil && p.Closed.After(*known) || p.Ends.After(day.Time)
	})
	part := *h.Book
	part.Rows = slices.DeleteFunc(slices.Clone(h.Rows), func(r ledger.Row) bool { return r.Period < first || h.Periods[r.Period].Starts.After(day.Time) })
	at := part.At(end, known)
	if got, want := at.Sums(p), whole.Sums(p); got != want {
		t.Fatalf("period %d at the end of %s is %+v, and of what is remembered %+v", p.Number, end, want, got)
	}
	ofPeriod := func(rows []ledger.Row) []ledger.Row {
		return slices.DeleteFunc(append([]ledger.Row{}, rows...), func(r ledger.Row) bool { return r.Period != p.Number })
	}
	if got, want := ofPeriod(at.Rows), ofPeriod(whole.Rows); !reflect.DeepEqual(got, want) {
		t.Fatalf("the rows of period %d at the end of %s are\n%+v\nand of what is remembered\n%+v", p.Number, end, want, got)
	}
}

// TestProvisionalIsWhatClosingDoes holds a summary of periods that nobody has closed
// yet to what closing them comes to.
func TestProvisionalIsWhatClosingDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory(t)
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			h.step(t)
		}
		before := h.At(h.today, nil)
		for {
			p, ok := h.OpenPeriod()
			if !ok || h.today.Before(p.Ends.Time) {
				break
			}
			if err := h.Close(h.at); err != nil {
				t.Fatal(err)
			}
		}
		after := h.At(h.today, nil)
		for i, p := range before.Periods {
			if got, want := after.Sums(after.Periods[i]), before.Sums(p); got != want {
				t.Fatalf("period %d was to be %+v, and is %+v", p.Number, want, got)
			}
		}
	})
}
