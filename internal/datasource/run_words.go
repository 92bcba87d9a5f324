package datasource

import (
	"fmt"
	"math"
	"strings"
	"time"

	"clientportal/internal/datasource/upstream"
	"clientportal/internal/web"
)

// runState is how a run ended, in words and colour.
func runState(r Run) web.State {
	switch r.Status {
	case runSucceeded:
		return web.State{Tone: web.Done, Words: "Complete"}
	case runPartial:
		return web.State{Tone: web.Open, Words: "Partial"}
	case runFailed:
		words := "Failed"
		if what, ok := failedWords[r.ErrorKind]; ok {
			words += ", " + what
		}
		return web.State{Tone: web.Late, Words: words}
	case runCancelled:
		return web.State{Tone: web.Closed, Words: "Cancelled"}
	case runRunning:
		return web.State{Tone: web.Active, Words: "Running"}
	}
	return web.State{Tone: web.Waiting, Words: "Waiting"}
}

var failedWords = map[string]string{
	string(upstream.Retry): "tried again later", string(upstream.Reauthorise): "not authorised", string(upstream.Fix): "needs a change", string(upstream.Smaller): "too much at once",
}

var runWords = map[string]string{syncRun: "Sync", backfillRun: "Backfill", rangesRun: "People by range", importRun: "Import", pushRun: "Push"}

// daysOf are the days of a run.
func daysOf(r Run) string {
	if r.From == nil || r.To == nil {
		return "none"
	}
	if r.From.Equal(r.To.Time) {
		return shortDay(*r.From)
	}
	return shortDay(*r.From) + " to " + shortDay(*r.To)
}

func shortDay(d Day) string {
	if d.Year() == time.Now().Year() {
		return d.Format("2 Jan")
	}
	return d.Format("2 Jan 2006")
}

func took(r Run) string {
	if r.DurationMS == nil {
		return ""
	}
	d := time.Duration(*r.DurationMS) * time.Millisecond
	switch {
	case d < time.Second:
		return "under 1 s"
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	return fmt.Sprintf("%d min", int(d.Minutes()))
}

func (v sourcePage) succeeded() (good, all int) {
	for _, r := range v.runs {
		if r.Open() || r.Kind == rangesRun {
			continue
		}
		all++
		if r.Status == runSucceeded || r.Status == runPartial {
			good++
		}
	}
	return good, all
}

// backfillWords is where a backfill has come to.
func (v sourcePage) backfillWords() (state web.State, words string) {
	soFar := grouped(v.backfill.Rows) + " numbers so far, none twice."
	switch {
	case v.Status == Waiting:
		return web.State{Tone: web.Waiting, Words: "Paused"}, "Goes on when the system can be asked again."
	case v.paused():
		return web.State{Tone: web.Waiting, Words: "Paused"}, "Waits for the connection. " + soFar
	case v.backfill.DoneFrom == nil:
		return web.State{Tone: web.Active, Words: "Running"}, "The newest days come first."
	}
	return web.State{Tone: web.Active, Words: "Running"}, soFar
}

// paused reports whether a backfill waits until something else is put right.
func (v sourcePage) paused() bool {
	return v.Status == NeedsAuthorisation || v.Status == NeedsAttention || v.Status == Waiting
}

func (v sourcePage) runsTitle() string {
	switch v.SourceType {
	case CSV:
		return "Imports"
	case Push:
		return "Batches"
	}
	return "Sync runs"
}

// timeLeft is how long a backfill takes yet, as far as its pace says.
func (v sourcePage) timeLeft() string {
	if v.backfill.SecondsLeft == nil {
		return ""
	}
	words := roughly(time.Duration(*v.backfill.SecondsLeft)*time.Second) + " left"
	if v.paused() {
		words += " when it goes on"
	}
	return words
}

// roughly is a duration as people guess one.
func roughly(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < 90*time.Minute:
		return "about " + web.Plural(int(math.Round(d.Minutes())), "minute")
	case d < 36*time.Hour:
		return "about " + web.Plural(int(math.Round(d.Hours())), "hour")
	}
	return "about " + web.Plural(int(math.Round(d.Hours()/24)), "day")
}

// bars are the last runs, oldest first, as heights and colours of a small chart.
func (v sourcePage) bars() (list []bar) {
	for _, r := range v.runs {
		if r.Open() || r.Kind == rangesRun || len(list) == 30 {
			continue
		}
		b := bar{run: r, class: "text-success", height: 12}
		switch r.Status {
		case runPartial:
			b.class, b.height = "text-warning", 17
		case runFailed:
			b.class, b.height = "text-error", 24
		case runCancelled:
			b.class, b.height = "text-muted", 8
		}
		list = append([]bar{b}, list...)
	}
	for i := range list {
		list[i].x = i * 18
	}
	return list
}

// barWords say of the bars how many runs ended in which way.
func barWords(list []bar) string {
	ended := map[string]int{}
	for _, b := range list {
		ended[b.run.Status]++
	}
	var parts []string
	for _, way := range []struct{ status, words string }{{runSucceeded, "complete"}, {runPartial, "partial"}, {runFailed, "failed"}, {runCancelled, "cancelled"}} {
		if n := ended[way.status]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, way.words))
		}
	}
	return strings.Join(parts, ", ")
}

type bar struct {
	run       Run
	x, height int
	class     string
}

// shown are the runs of the table.
func (v sourcePage) shown() []Run {
	var list []Run
	for _, r := range v.runs {
		if r.Kind != rangesRun && len(list) < 12 {
			list = append(list, r)
		}
	}
	return list
}
