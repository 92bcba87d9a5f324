package ledger_test

import (
	"flag"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"clientportal/internal/exact"
	"clientportal/internal/timetrack/ledger"
)

// Thousands of histories each time; -rapid.checks=100000 lives more. A failure prints
// its seed.
func init() { _ = flag.Set("rapid.checks", "3000") }

// history is a retainer that is lived day by day, with what it should come to worked
// out in another way.
type history struct {
	*ledger.Book
	today   exact.Day
	at      time.Time
	entries []*entry
	past    []snapshot
}

type entry struct {
	id      uuid.UUID
	day     exact.Day
	minutes int // that count, 0 for none
}

// snapshot is what the book said at the end of a day that has been lived.
type snapshot struct {
	day  exact.Day
	at   time.Time
	sums ledger.Sums
	rows int
}

func newHistory(t *rapid.T) *history {
	starts := exact.Day{Time: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 500).Draw(t, "start"))}
	h := &history{Book: &ledger.Book{Starts: starts}, today: starts, at: starts.Time}
	if rapid.Bool().Draw(t, "ends") {
		h.Ends = &exact.Day{Time: starts.AddDate(0, 0, rapid.IntRange(20, 300).Draw(t, "days"))}
	}
	h.Terms = []ledger.Terms{drawTerms(t, starts, h.at)}
	h.Open(h.today, h.at)
	return h
}

func drawTerms(t *rapid.T, from exact.Day, at time.Time) ledger.Terms {
	terms := ledger.Terms{
		From: from, Recorded: at, Minutes: rapid.IntRange(0, 1200).Draw(t, "minutes"), Months: rapid.SampledFrom([]int{1, 1, 3}).Draw(t, "months"),
		Bill: rapid.Bool().Draw(t, "bill"), Rate: ptr(decimal.New(95, 0)),
	}
	if rapid.Bool().Draw(t, "capped") {
		terms.Cap = ptr(rapid.IntRange(0, 1500).Draw(t, "cap"))
	}
	if rapid.Bool().Draw(t, "expires") {
		terms.Lives = ptr(rapid.IntRange(0, 4).Draw(t, "lives"))
	}
	return terms
}

// post makes the book say what an entry takes now.
func (h *history) post(t *rapid.T, e *entry) {
	post := func() (added []ledger.Row) {
		rows := len(h.Rows)
		if err := h.Post(e.id, h.rowsOf(e), e.day, e.minutes, h.today, h.at); err != nil {
			t.Fatal(err)
		}
		return h.Rows[rows:]
	}
	post()
	if again := post(); len(again) > 0 {
		t.Fatalf("posting it once more added %+v", again)
	}
	if got := taken(h.rowsOf(e)); got != -e.minutes {
		t.Fatalf("an entry of %d minutes takes %d", e.minutes, -got)
	}
}

func (h *history) rowsOf(e *entry) []ledger.Row {
	return slices.DeleteFunc(slices.Clone(h.Rows), func(r ledger.Row) bool { return r.EntryID != e.id })
}

func taken(rows []ledger.Row) (sum int) {
	for _, r := range rows {
		sum += r.Minutes
	}
	return sum
}

// step does one thing, on this day or on a later one.
func (h *history) step(t *rapid.T) {
	h.at = h.at.Add(time.Minute)
	day := func() exact.Day {
		back := rapid.IntRange(0, min(120, int(h.today.Sub(h.Starts.Time)/(24*time.Hour)))).Draw(t, "days ago")
		d := exact.Day{Time: h.today.AddDate(0, 0, -back)}
		if h.Ends != nil && d.After(h.Ends.Time) {
			return *h.Ends
		}
		return d
	}
	switch rapid.IntRange(0, 9).Draw(t, "what") {
	case 0, 1, 2: // logged
		e := &entry{uuid.New(), day(), rapid.IntRange(0, 500).Draw(t, "worked")}
		h.post(t, e)
		h.entries = append(h.entries, e)
	case 3, 4: // edited, approved, rejected or deleted
		if len(h.entries) > 0 {
			e := rapid.SampledFrom(h.entries).Draw(t, "entry")
			before := *e
			e.day, e.minutes = day(), rapid.SampledFrom([]int{0, 20, e.minutes, 333}).Draw(t, "worked")
			h.post(t, e)
			if e.minutes == before.minutes {
				return
			}
		}
	case 5: // closed, when it may be
		if p, ok := h.OpenPeriod(); ok && !h.today.Before(p.Ends.Time) {
			if err := h.Close(h.at); err != nil {
				t.Fatal(err)
			}
		}
	case 6: // changed terms
		from := exact.Day{Time: h.today.AddDate(0, 0, rapid.IntRange(-40, 40).Draw(t, "from"))}
		if p, ok := h.OpenPeriod(); ok && !from.Before(p.Starts.Time) {
			_ = h.Agree(drawTerms(t, from, h.at)) // or it would change a period's length
		}
	case 7: // more is bought
		if p, ok := h.OpenPeriod(); ok {
			if err := h.Buy(p.Number, 60, decimal.New(95, 0), h.today, h.at); err != nil {
				t.Fatal(err)
			}
		}
	default: // time passes
		h.pass(rapid.IntRange(1, 45).Draw(t, "days"))
	}
}

func (h *history) pass(days int) {
	h.past = append(h.past, h.snap(h.Book))
	h.today = exact.Day{Time: h.today.AddDate(0, 0, days)}
	h.at = h.today.Time
	h.Open(h.today, h.at)
}

// snap is what a book says of this day, as of this moment.
func (h *history) snap(b *ledger.Book) snapshot {
	s := snapshot{day: h.today, at: h.at}
	at := b.At(s.day, &s.at)
	if p, ok := at.On(s.day); ok {
		s.sums = at.Sums(p)
	}
	s.rows = len(at.Rows)
	return s
}

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
