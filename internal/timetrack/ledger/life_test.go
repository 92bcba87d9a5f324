package ledger_test

import (
	"flag"
	"slices"
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
