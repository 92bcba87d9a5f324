package web

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
)

// Flash is a word about what was just done, shown once on the page after it.
type Flash struct {
	Tone Tone
	Text string
}

// Flashes carries a Flash over the redirect after a form, in a cookie. Secure
// where the portal is reached by https.
type Flashes struct{ Secure bool }

const flashCookie = "portal_flash"

// Say leaves words for the next page.
func (f Flashes) Say(w http.ResponseWriter, tone Tone, text string) {
	value, err := json.Marshal(Flash{tone, text})
	if err != nil {
		return // two strings always marshal
	}
	f.set(w, base64.RawURLEncoding.EncodeToString(value), 60)
}

// Take returns the words left by the request before and forgets them.
func (f Flashes) Take(w http.ResponseWriter, r *http.Request) Flash {
	var flash Flash
	cookie, err := r.Cookie(flashCookie)
	if err != nil {
		return flash
	}
	f.set(w, "", -1)
	if value, err := base64.RawURLEncoding.DecodeString(cookie.Value); err == nil {
		if json.Unmarshal(value, &flash) != nil {
			return Flash{} // not one of ours
		}
	}
	return flash
}

func (f Flashes) set(w http.ResponseWriter, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: flashCookie, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: f.Secure, SameSite: http.SameSiteLaxMode,
	})
}
