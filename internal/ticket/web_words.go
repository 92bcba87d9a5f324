package ticket

import (
	"fmt"
	"math"
	"time"

	"clientportal/internal/web"
)

// soon is the working time before a due answer from which on it is marked.
const soon = 2 * time.Hour

// days is how many working days a working time is.
func (c Calendar) days(work time.Duration) float64 { return float64(work) / float64(c.Closes-c.Opens) }

// words tell a working time: "40 min", "4 h", "a working day", "3 working days".
func (c Calendar) words(work time.Duration) string {
	switch days := c.days(work); {
	case work < time.Hour:
		return fmt.Sprintf("%d min", max(1, int(work.Minutes())))
	case days < 0.75:
		return fmt.Sprintf("%d h", int(math.Round(work.Hours())))
	case days < 1.5:
		return "a working day"
	default:
		return fmt.Sprintf("%d working days", int(math.Round(days)))
	}
}

// dueWords tell how much working time is left for an answer: "1:24 left", "2 d left",
// "0:38 over", "Paused".
func (t Terms) dueWords(s SLA, now time.Time) web.State {
	switch due := s.AnswerDueAt; {
	case s.Paused:
		return web.State{Words: "Paused"}
	case due == nil:
		return web.State{}
	case s.Overdue(now):
		words, _ := t.Calendar.short(*due, now)
		return web.State{Tone: web.Late, Words: words + " over"}
	default:
		words, left := t.Calendar.short(now, *due)
		state := web.State{Words: words + " left"}
		if left < soon {
			state.Tone = web.Waiting
		}
		return state
	}
}

// short tells the working time from start to end in few characters: "0:38", "2 d".
// Beyond a month nobody counts days, and it would take long for a long list.
func (c Calendar) short(start, end time.Time) (words string, work time.Duration) {
	if weeks := int(end.Sub(start).Hours() / (7 * 24)); weeks > 4 {
		return fmt.Sprintf("%d weeks", weeks), end.Sub(start)
	}
	work = c.Between(start, end)
	if days := c.days(work); days >= 1 {
		return fmt.Sprintf("%d d", int(days)), work
	}
	return fmt.Sprintf("%d:%02d", int(work.Hours()), int(work.Minutes())%60), work
}

// firstAnswer tells how long the first answer took.
func (t Terms) firstAnswer(status Status, created time.Time, responded *time.Time) string {
	switch {
	case responded == nil && status.Finished():
		return "None"
	case responded == nil:
		return "Not yet"
	}
	return sentence(t.Calendar.words(t.Calendar.Between(created, *responded)))
}

// doerSince is who was the last to write or change something after a moment.
func doerSince(seen time.Time, comments []Comment, changes []Change) string {
	doer := "Somebody"
	note := func(who string, at time.Time) {
		if at.After(seen) {
			doer, seen = who, at
		}
	}
	for _, c := range comments {
		note(c.Author.Name, c.CreatedAt)
	}
	for _, c := range changes {
		note(c.ChangedBy, c.CreatedAt)
	}
	return doer
}
