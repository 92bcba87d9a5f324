package auth

import (
	"net/http"
	"strings"

	"clientportal/internal/route"
)

func (s screens) showSessions(w http.ResponseWriter, r *http.Request) error {
	sessions, err := s.Sessions(r.Context())
	if err != nil {
		return err
	}
	return show(w, r, sessionsView(s.realm, s.accountPage(w, r, "Sessions"), sessions))
}

func (s screens) revokeSession(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "session")
	if err != nil {
		return err
	}
	if err := s.RevokeSession(r.Context(), id); err != nil {
		return err
	}
	return s.done(w, r, "/account/sessions", "That browser is signed out.")
}

func (s screens) revokeOtherSessions(w http.ResponseWriter, r *http.Request) error {
	if err := s.RevokeOtherSessions(r.Context()); err != nil {
		return err
	}
	return s.done(w, r, "/account/sessions", "You are signed out everywhere but here.")
}

// word is a browser or a system, by what its header has in it.
type word struct{ sign, name string }

// Browsers name their ancestors too, so the youngest come first.
var (
	browsers = []word{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"},
	}
	systems = []word{
		{"iPhone", "an iPhone"}, {"iPad", "an iPad"}, {"Android", "Android"}, {"CrOS", "ChromeOS"},
		{"Windows", "Windows"}, {"Mac OS X", "a Mac"}, {"Linux", "Linux"},
	}
)

// device is a session's browser in words: "Firefox on Windows".
func (s Session) device() string {
	browser, system := named(browsers, s.UserAgent), named(systems, s.UserAgent)
	switch {
	case browser == "" && system == "":
		return "An unknown browser"
	case browser == "":
		return "A browser on " + system
	case system == "":
		return browser
	}
	return browser + " on " + system
}

func named(words []word, text string) string {
	for _, w := range words {
		if strings.Contains(text, w.sign) {
			return w.name
		}
	}
	return ""
}
