package ledger_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"clientportal/internal/exact"
	"clientportal/internal/timetrack/ledger"
)

func day(text string) exact.Day {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return exact.Day{Time: t}
}

func ptr[T any](v T) *T { return &v }

// book is one that starts on a day with ten hours a month.
func book(starts string, change ...func(*ledger.Terms)) *ledger.Book {
	t := ledger.Terms{From: day(starts), Minutes: 600, Months: 1}
	for _, c := range change {
		c(&t)
	}
	return &ledger.Book{Starts: day(starts), Terms: []ledger.Terms{t}}
}

func TestPeriodsAreCountedFromTheFirstDay(t *testing.T) {
	t.Parallel()
	for starts, c := range map[string]struct {
		months int
		want   []string
	}{
		"2026-01-01": {1, []string{"2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"}},
		"2026-01-15": {1, []string{"2026-01-15", "2026-02-15", "2026-03-15", "2026-04-15"}},
		"2026-01-29": {1, []string{"2026-01-29", "2026-02-28", "2026-03-29", "2026-04-29"}},
		"2026-01-30": {1, []string{"2026-01-30", "2026-02-28", "2026-03-30", "2026-04-30"}},
		"2026-01-31": {1, []string{"2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"}},
		"2024-01-31": {1, []string{"2024-01-31", "2024-02-29", "2024-03-31"}},
		"2025-11-30": {3, []string{"2025-11-30", "2026-02-28", "2026-05-30", "2026-08-30"}},
		"2025-12-31": {3, []string{"2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"}},
	} {
		b := book(starts, func(t *ledger.Terms) { t.Months = c.months })
		b.Open(day(c.want[len(c.want)-1]), time.Time{})
		if len(b.Periods) != len(c.want) {
			t.Errorf("from %s: %d periods, want %d", starts, len(b.Periods), len(c.want))
			continue
		}
		for i, want := range c.want {
			if got := b.Periods[i].Starts; !got.Equal(day(want).Time) {
				t.Errorf("from %s: period %d starts on %s, want %s", starts, i, got, want)
			}
			if i > 0 && !b.Periods[i-1].Ends.Equal(day(want).Time) {
				t.Errorf("from %s: period %d ends on %s", starts, i-1, b.Periods[i-1].Ends)
			}
		}
	}
}

// use posts an entry that was worked on a day.
func use(t *testing.T, b *ledger.Book, on string, minutes int) uuid.UUID {
	t.Helper()
	id := uuid.New()
	b.Open(day(on), time.Time{})
	if err := b.Post(id, nil, day(on), minutes, day(on), time.Time{}); err != nil {
		t.Fatal(err)
	}
	return id
}

func sums(b *ledger.Book, on string) ledger.Sums {
	at := b.At(day(on), nil)
	p, _ := at.On(day(on))
	return at.Sums(p)
}

func TestWhatIsLeftRollsOver(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		terms                    func(*ledger.Terms)
		jan, feb                 int
		rolled, rolledOn, expire int // into February, into March, at the end of February
	}{
		"nothing agreed":           {func(*ledger.Terms) {}, 200, 0, 0, 0, 600},
		"no cap, never":            {func(t *ledger.Terms) { t.Cap = nil; t.Lives = ptr(12) }, 200, 0, 400, 1000, 0},
		"a cap":                    {func(t *ledger.Terms) { t.Cap = ptr(300) }, 200, 0, 300, 300, 600},
		"a cap of nothing":         {func(t *ledger.Terms) { t.Cap = ptr(0) }, 200, 0, 0, 0, 600},
		"for one period":           {func(t *ledger.Terms) { t.Lives = ptr(1) }, 200, 0, 400, 600, 400},
		"the oldest is used first": {func(t *ledger.Terms) { t.Lives = ptr(1) }, 200, 500, 400, 500, 0},
		"a deficit is carried":     {func(*ledger.Terms) {}, 700, 0, -100, 0, 500},
		"a deficit is billed":      {func(t *ledger.Terms) { t.Bill = true; t.Rate = ptr(decimal.New(90, 0)) }, 700, 0, 0, 0, 600},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := book("2026-01-01", c.terms)
			use(t, b, "2026-01-10", c.jan)
			use(t, b, "2026-02-10", c.feb)
			if got := sums(b, "2026-02-20").RolledOver; got != c.rolled {
				t.Errorf("into February %d, want %d", got, c.rolled)
			}
			if got := sums(b, "2026-03-20").RolledOver; got != c.rolledOn {
				t.Errorf("into March %d, want %d", got, c.rolledOn)
			}
			at := b.At(day("2026-03-20"), nil)
			if got := at.Sums(at.Periods[1]).Expired; got != c.expire {
				t.Errorf("expired at the end of February %d, want %d", got, c.expire)
			}
		})
	}
}

func TestADeficitIsBilledOrCarriedNeverBoth(t *testing.T) {
	t.Parallel()
	b := book("2026-01-01", func(t *ledger.Terms) { t.Bill = true; t.Rate = ptr(decimal.RequireFromString("95.50")) })
	use(t, b, "2026-01-10", 650)
	if err := b.Close(time.Time{}); err != nil {
		t.Fatal(err)
	}
	s := b.Sums(b.Periods[0])
	last := b.Rows[len(b.Rows)-1]
	if s.Bought != 50 || s.Onward != 0 || last.Kind != ledger.Overage || last.Amount.StringFixed(2) != "79.58" {
		t.Errorf("billed %+v, %+v", s, last)
	}
	if got := sums(b, "2026-02-02"); got.RolledOver != 0 || got.Available() != 600 {
		t.Errorf("after it %+v", got)
	}
}

func TestALateEntryIsAnAdjustment(t *testing.T) {
	t.Parallel()
	b := book("2026-01-01", func(t *ledger.Terms) { t.Cap = ptr(600) })
	entry := use(t, b, "2026-01-10", 60)
	rows := append([]ledger.Row{}, b.Rows...)
	if err := b.Close(time.Time{}); err != nil {
		t.Fatal(err)
	}
	closed := b.At(day("2026-01-31"), nil)
	var past []ledger.Row
	for _, r := range rows {
		if r.EntryID == entry {
			past = append(past, r)
		}
	}
	if err := b.Post(entry, past, day("2026-01-10"), 90, day("2026-02-05"), time.Time{}); err != nil { // edited
		t.Fatal(err)
	}
	if err := b.Post(uuid.New(), nil, day("2026-01-20"), 30, day("2026-02-06"), time.Time{}); err != nil { // late
		t.Fatal(err)
	}
	if got := sums(b, "2026-02-05"); got.Adjusted != -30 || got.Used != 0 || got.RolledOver != 540 {
		t.Errorf("on the 5th %+v", got)
	}
	if got := sums(b, "2026-02-06"); got.Adjusted != -60 || got.Remaining() != 600+540-60 {
		t.Errorf("on the 6th %+v", got)
	}
	again := b.At(day("2026-01-31"), nil)
	if got, want := again.Sums(again.Periods[0]), closed.Sums(closed.Periods[0]); got != want {
		t.Errorf("January changed from %+v to %+v", want, got)
	}
}

func TestChangedTermsHoldFromThePeriodOn(t *testing.T) {
	t.Parallel()
	b := book("2026-01-31")
	b.Open(day("2026-03-01"), time.Time{})
	more := ledger.Terms{From: day("2026-02-15"), Minutes: 900, Months: 1}
	if err := b.Agree(more); err != nil {
		t.Fatal(err)
	}
	for on, want := range map[string]int{"2026-02-20": 600, "2026-03-01": 900, "2026-04-02": 900} {
		if got := sums(b, on).Included; got != want {
			t.Errorf("on %s %d are included, want %d", on, got, want)
		}
	}
	if err := b.Agree(ledger.Terms{From: day("2026-02-28"), Minutes: 900, Months: 3}); err == nil {
		t.Error("an open period became longer")
	}
	if err := b.Agree(ledger.Terms{From: day("2026-03-31"), Minutes: 1800, Months: 3}); err != nil {
		t.Fatal(err)
	}
	b.Open(day("2026-05-01"), time.Time{})
	if p, _ := b.On(day("2026-05-01")); !p.Starts.Equal(day("2026-03-31").Time) || !p.Ends.Equal(day("2026-06-30").Time) {
		t.Errorf("the quarter is %s to %s", p.Starts, p.Ends)
	}
}

func TestARetainerThatEnds(t *testing.T) {
	t.Parallel()
	b := book("2026-01-01", func(t *ledger.Terms) { t.Cap = ptr(600) })
	b.Ends = ptr(day("2026-02-15"))
	use(t, b, "2026-02-10", 100)
	b.Open(day("2026-06-01"), time.Time{})
	if len(b.Periods) != 2 || !b.Periods[1].Ends.Equal(day("2026-02-16").Time) {
		t.Fatalf("periods %+v", b.Periods)
	}
	for range 2 {
		if err := b.Close(time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	if b.Balance() != 0 || b.Close(time.Time{}) == nil {
		t.Errorf("%d minutes are left", b.Balance())
	}
}

// An end in the middle of a period gives its share by days; what is put off gives the
// rest.
func TestAPeriodThatIsCutGivesItsShare(t *testing.T) {
	t.Parallel()
	b := book("2026-01-01")
	b.Ends = ptr(day("2026-02-15"))
	b.Open(day("2026-02-10"), time.Time{})
	if got := sums(b, "2026-02-10").Included; got != 321 { // of 600, 15 of 28 days
		t.Errorf("the last period is granted %d minutes", got)
	}
	b.Ends = nil
	b.Open(day("2026-03-01"), time.Time{})
	if got := sums(b, "2026-02-20").Included; got != 279 {
		t.Errorf("the rest of it is granted %d minutes", got)
	}
	if got := sums(b, "2026-03-02").Included; got != 600 {
		t.Errorf("the whole one after it is granted %d minutes", got)
	}
	if err := b.Agree(ledger.Terms{From: day("2026-02-01"), Minutes: 1200, Months: 1}); err != nil {
		t.Fatal(err)
	}
	if got := sums(b, "2026-02-10").Included; got != 643 {
		t.Errorf("twice as much is %d minutes", got)
	}
}

// After the end there is no open period that takes what happens late: the last is
// settled anew. What had expired is used before anything is billed.
func TestAnEndedRetainerIsSettled(t *testing.T) {
	t.Parallel()
	b := book("2026-01-01", func(t *ledger.Terms) { t.Rate = ptr(decimal.RequireFromString("95.50")) })
	b.Ends = ptr(day("2026-01-31"))
	use(t, b, "2026-01-10", 500)
	if err := b.Close(time.Time{}); err != nil {
		t.Fatal(err)
	}
	last, closed := b.Periods[0], sums(b, "2026-01-31")
	entry, past := uuid.New(), []ledger.Row{}
	for _, c := range []struct {
		minutes, adjusted, expired, billed int
		price                              string
	}{{60, -60, 40, 0, "0"}, {150, -150, 0, 50, "79.58"}, {110, -110, 0, 10, "15.92"}, {0, 0, 100, 0, "0"}} {
		rows := len(b.Rows)
		if err := b.Post(entry, past, day("2026-01-20"), c.minutes, day("2026-03-01"), time.Time{}); err != nil {
			t.Fatal(err)
		}
		for _, r := range b.Rows[rows:] {
			if r.EntryID == entry {
				past = append(past, r)
			}
		}
		price := decimal.Zero
		for _, r := range b.Rows {
			if r.Amount != nil {
				price = price.Add(*r.Amount)
			}
		}
		s := b.Sums(last)
		if s.Adjusted != c.adjusted || s.Expired != c.expired || s.Bought != c.billed || s.Used != 500 || price.String() != c.price || b.Balance() != 0 {
			t.Errorf("with %d minutes it is %+v at %s", c.minutes, s, price)
		}
	}
	if again := sums(b, "2026-01-31"); again != closed {
		t.Errorf("at the end of its last day it was %+v, and is %+v", closed, again)
	}
}
