package timetrack

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"clientportal/internal/web"
)

// panelView is how a retainer stands in a period, as both sides see it.
type panelView struct {
	Summary
	running bool // the period is the present one
}

// panel is the retainer that the address names, or the first that runs, and all that
// run in its period.
func (s *Service) panel(ctx context.Context, a hoursAddress, today Day) (*panelView, []Summary, error) {
	on := a.on
	if on.IsZero() || on.After(today.Time) {
		on = today
	}
	all, err := s.RetainerSummary(ctx, SummaryQuery{AsOf: &on})
	if err != nil || len(all) == 0 {
		return nil, nil, err
	}
	chosen := max(0, slices.IndexFunc(all, func(x Summary) bool { return x.RetainerID == a.retainer }))
	last := Day{Time: all[chosen].PeriodEnd.AddDate(0, 0, -1)}
	if last.After(today.Time) {
		last = today
	}
	if !last.Equal(on.Time) { // as it stood at the period's end
		again, err := s.RetainerSummary(ctx, SummaryQuery{AsOf: &last})
		if err != nil {
			return nil, nil, err
		}
		if i := slices.IndexFunc(again, func(x Summary) bool { return x.RetainerID == all[chosen].RetainerID }); i >= 0 {
			all[chosen] = again[i]
		}
	}
	return panelOf(all[chosen], today), all, nil
}

func panelOf(sum Summary, today Day) *panelView {
	return &panelView{Summary: sum, running: sum.PeriodEnd.After(today.Time)}
}

// approved is what is used, but for what waits and counts as used all the same.
func (p panelView) approved() Hours { return p.UsedHours - p.counted }

// waits is what waits for approval, whether it counts as used or not.
func (p panelView) waits() Hours { return p.PendingHours + p.counted }

// available is what there is to use: "of 44.50 h".
func (p panelView) available() Hours {
	return p.IncludedHours + p.RolledOverHours + p.AdjustedHours + p.BoughtHours
}

// left is what is left; below zero it is over. What waits for approval is counted apart,
// unless the terms say that it counts.
func (p panelView) left() Hours { return p.available() - p.UsedHours }

// leftThen is what is left once all that waits is approved.
func (p panelView) leftThen() Hours { return p.left() - p.PendingHours }

// headline is what is left, or how far it is over.
func (p panelView) headline() string {
	if p.left() < 0 {
		return signed(-p.left()) + " h"
	}
	return signed(p.left()) + " h"
}

func (p panelView) headlineWords(c web.Clock) string {
	end := c.Date(p.PeriodEnd.AddDate(0, 0, -1))
	switch {
	case p.left() < 0 && p.running:
		return "Over the retainer, until " + end
	case p.left() < 0:
		return "Over the retainer on " + end
	case p.running:
		return "Left until " + end
	}
	return "Left on " + end
}

func (p panelView) meter() web.Meter {
	return web.Meter{
		Label: p.sentence(), Whole: int(max(p.available(), p.approved()+p.waits())),
		Parts: []web.MeterPart{{Amount: int(p.approved()), Fill: web.FillFirst}, {Amount: int(p.waits()), Fill: web.FillSecond}},
	}
}

// sentence says the meter in words.
func (p panelView) sentence() string {
	words := fmt.Sprintf("%s hours approved, %s waiting for approval, ", p.approved(), p.waits())
	if p.left() < 0 {
		return words + fmt.Sprintf("%s more than the %s there are", -p.left(), p.available())
	}
	return words + fmt.Sprintf("%s left of %s", p.left(), p.available())
}

// panelLine is one line of how the hours add up.
type panelLine struct {
	label string
	hours Hours
	fill  web.Fill
}

func (p panelView) lines(c web.Clock) []panelLine {
	lines := []panelLine{{p.includedWords(), p.IncludedHours, ""}}
	add := func(label string, hours Hours) {
		if hours != 0 {
			lines = append(lines, panelLine{label, hours, ""})
		}
	}
	if p.RolledOverHours < 0 {
		add("Carried over from before", p.RolledOverHours)
	} else {
		add(p.rolledWords(c), p.RolledOverHours)
	}
	add("Put right from closed periods", p.AdjustedHours)
	add("Bought beyond the retainer", p.BoughtHours)
	lines = append(lines, panelLine{"Approved", -p.approved(), web.FillFirst})
	if p.counted != 0 {
		lines = append(lines, panelLine{"Waiting for approval", -p.counted, web.FillSecond})
	}
	return lines
}

// apart is what waits for approval beside what is left.
func (p panelView) apart() []panelLine {
	if p.PendingHours == 0 {
		return nil
	}
	return []panelLine{{"Waiting for approval", -p.PendingHours, web.FillSecond}, {"Left once it is approved", p.leftThen(), ""}}
}

func (p panelView) includedWords() string {
	if p.Period == Quarter {
		return "Included each quarter"
	}
	return "Included each month"
}

// rolledWords say from when the rolled over hours are, and how long they keep.
func (p panelView) rolledWords(c web.Clock) string {
	words := "Rolled over from " + Day{Time: p.PeriodStart.AddDate(0, 0, -1)}.Format("January")
	if lives := p.retainer.RolloverExpiresAfterPeriods; lives != nil && *lives == 1 {
		words += ", valid to " + c.Date(p.PeriodEnd.AddDate(0, 0, -1))
	}
	return words
}

// terms name the retainer: "Growth retainer, 40 h a month".
func (p panelView) terms() string {
	each := "a month"
	if p.Period == Quarter {
		each = "a quarter"
	}
	words := fmt.Sprintf("%s, %s h %s", p.Name, shortHours(Hours(p.retainer.MinutesPerPeriod)), each)
	if p.QuoteName != nil {
		words += ", for " + *p.QuoteName
	}
	return words
}

// shortHours leaves out places that say nothing: "40", "7.50".
func shortHours(h Hours) string {
	if h%60 == 0 {
		return fmt.Sprint(int(h) / 60)
	}
	return signed(h)
}

// overageWords say what becomes of hours beyond the retainer, and how many there are.
func (p panelView) overageWords() string {
	words := "Hours beyond the retainer are carried into the next period."
	if p.retainer.Deficit == Bill {
		words = "Overage would be billed."
		if p.OverageRate != nil {
			words = fmt.Sprintf("Overage would be billed at %s an hour.", web.Money(p.OverageRate.Decimal, p.Currency))
		}
	}
	switch {
	case p.OverageHours > 0:
		return fmt.Sprintf("%s So far %s h.", words, p.OverageHours)
	case p.leftThen() < 0:
		return fmt.Sprintf("%s %s h, once all that waits is approved.", words, -p.leftThen())
	}
	return words + " None so far."
}

// limit warns where the hours come close to what there is.
func (p panelView) limit() (web.State, bool) {
	used, whole := p.UsedHours+p.PendingHours, p.available()
	switch {
	case p.left() < 0:
		return web.State{Tone: web.Late, Words: "Over the limit"}, true
	case whole > 0 && used*100 >= whole*85, p.mayExceed(), p.Forecast.RunsOutFrom != nil:
		return web.State{Tone: web.Waiting, Words: "Close to the limit"}, true
	}
	return web.State{}, false
}

// forecastHead and forecastText are what to expect, in a figure and in words.
func (p panelView) forecastHead() string {
	f := p.Forecast
	switch {
	case !p.running:
		return signed(p.UsedHours+p.PendingHours) + " h"
	case f.MostHours != nil && f.LeastHours != nil:
		if low, high := wholeHours(*f.LeastHours), wholeHours(*f.MostHours); low != high {
			return fmt.Sprintf("%d to %d h", low, high)
		}
		return fmt.Sprintf("about %d h", wholeHours(*f.MostHours))
	}
	return "Not enough history"
}

// mayExceed reports whether the hours may not last.
func (p panelView) mayExceed() bool {
	return p.running && p.Forecast.MostHours != nil && *p.Forecast.MostHours > p.available()
}

func wholeHours(h Hours) int { return (int(h) + 30) / 60 }

func (p panelView) forecastTitle() string {
	if !p.running {
		return "Worked in the whole period"
	}
	if p.Period == Quarter {
		return "Forecast for the whole quarter"
	}
	return "Forecast for the whole month"
}

func (p panelView) forecastText(c web.Clock) string {
	f := p.Forecast
	switch {
	case !p.running:
		return ""
	case f.RunsOutFrom != nil && f.RunsOutTo != nil && !f.RunsOutFrom.Equal(f.RunsOutTo.Time):
		return "Runs out between " + c.Date(f.RunsOutFrom.Time) + " and " + c.Date(f.RunsOutTo.Time) + "."
	case f.RunsOutFrom != nil && f.RunsOutTo == nil:
		return "May run out from " + c.Date(f.RunsOutFrom.Time) + " on."
	case f.RunsOutFrom != nil:
		return "Runs out on " + c.Date(f.RunsOutFrom.Time) + "."
	case f.MostHours == nil:
		return "It takes two finished periods to tell when the hours run out."
	case p.mayExceed():
		return "It may not last until the end of the period."
	case p.leftThen() > 0:
		return "It lasts until the end of the period."
	}
	return ""
}

// chart is what is left day by day.
func (p panelView) chart(c web.Clock) web.Burndown {
	days := int(p.PeriodEnd.Sub(p.PeriodStart.Time).Hours() / 24)
	there := int(p.available())
	b := web.Burndown{Days: days, Start: there, Left: []int{there}, Unit: 60, Sign: "h"}
	for i, burn := range p.Burn {
		// AdjustedHours are in what there is, and in what was burnt.
		left := there - int(burn.UsedHours) - int(p.AdjustedHours)
		b.Left = append(b.Left, left)
		if burn.Day.Weekday() == 5 || i == len(p.Burn)-1 {
			b.Rows = append(b.Rows, [2]string{c.Date(burn.Day.Time), signed(Hours(left))})
		}
	}
	if f := p.Forecast; p.running && f.LeastHours != nil && f.MostHours != nil {
		b.Band = &web.BurndownBand{Most: there - int(*f.LeastHours), Least: there - int(*f.MostHours)}
		b.Rows = append(b.Rows, [2]string{c.Date(p.PeriodEnd.AddDate(0, 0, -1)) + ", forecast", signed(Hours(b.Band.Most)) + " to " + signed(Hours(b.Band.Least))})
	}
	ticks := []int{0, 7, 14, 21, days}
	if p.Period == Quarter || days < 25 {
		ticks = []int{0, days / 3, days * 2 / 3, days}
	}
	for _, at := range ticks {
		day := p.PeriodStart.AddDate(0, 0, min(at, days-1))
		b.Ticks = append(b.Ticks, web.BurndownTick{Day: at, Label: day.Format("2 Jan")})
	}
	last := Hours(b.Left[len(b.Left)-1])
	b.Label = fmt.Sprintf("Hours left, day by day: from %s on %s to %s on %s", Hours(there), c.Date(p.PeriodStart.Time), signed(last), c.Date(p.AsOf.Time))
	return b
}

// choices are the retainers that run, as links.
func (v hoursView) choices() []web.View {
	if len(v.retainers) < 2 {
		return nil
	}
	var views []web.View
	for _, s := range v.retainers {
		a := hoursAddress{on: v.on, retainer: s.RetainerID}
		views = append(views, web.View{Label: s.Name, Href: a.path(), Current: v.panel != nil && s.RetainerID == v.panel.RetainerID})
	}
	return views
}

func optionsWith(all string, options []web.Option) []web.Option {
	return append([]web.Option{{Label: all}}, options...)
}

func idText(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}
