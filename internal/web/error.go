package web

import (
	"net/http"
	"strconv"
)

// Failure is what an ErrorPage tells. Message is fit for the reader; without one
// the status has words of its own.
type Failure struct {
	Status    int
	Message   string
	RequestID string
}

// failures are the words for each status that has its own page.
var failures = map[int]struct{ title, text string }{
	http.StatusForbidden:             {"This is not yours to open", "Your role does not allow it. An admin of your company can change that."},
	http.StatusNotFound:              {"There is nothing here", "The address may be mistyped, or what stood here has been removed."},
	http.StatusMethodNotAllowed:      {"That cannot be done here", "Go back and use the buttons of the page."},
	http.StatusPreconditionFailed:    {"It has changed meanwhile", "Somebody changed it after you opened it. Open it again to see the new version."},
	http.StatusRequestEntityTooLarge: {"That is too large", "Nothing was kept. Send less at once, or share a link in the text."},
	http.StatusTooManyRequests:       {"Too many tries", "Wait a few minutes, then try again."},
	http.StatusInternalServerError:   {"Something failed on our side", "Nothing was changed. It is in our log; if it happens again, tell us the id below."},
	http.StatusServiceUnavailable:    {"The portal cannot answer right now", "Nothing was changed. Try again in a minute."},
}

func (f Failure) title() string {
	if words, ok := failures[f.Status]; ok {
		return words.title
	}
	return "That did not work"
}

func (f Failure) text() string {
	if f.Message != "" {
		return f.Message
	}
	if words, ok := failures[f.Status]; ok {
		return words.text
	}
	return "Nothing was changed. Go back and try again."
}

func (f Failure) kicker() string { return "Error " + strconv.Itoa(f.Status) }
