package auth

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"clientportal/internal/clock"
	"clientportal/internal/fault"
	"clientportal/internal/web"
)

// tripLife is how long somebody may take to sign in elsewhere.
const tripLife = 10 * time.Minute

// trip is a visit to a provider. The browser keeps it, sealed, so that the answer
// counts only in the browser that asked.
type trip struct {
	Provider string    `json:"provider"`
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"` // of PKCE
	Next     string    `json:"next"`     // where to go afterwards
	Until    time.Time `json:"until"`
}

func tripPurpose(r Realm) string { return "trip of " + string(r) }

// addProviders registers the ways to the providers and back: redirects only.
func (s screens) addProviders() {
	s.public("GET /login/{provider}", s.leave)
	s.public("GET /login/{provider}/callback", s.comeBack)
}

func (s screens) callback(p *provider) string {
	return s.baseURL + s.realm.path("/login/"+p.Name+"/callback")
}

// leave sends a browser to a provider.
func (s screens) leave(w http.ResponseWriter, r *http.Request) error {
	p, err := s.providerNamed(r.PathValue("provider"))
	if err != nil {
		return err
	}
	found, err := p.discover(r.Context())
	if err != nil {
		return err
	}
	t := trip{
		Provider: p.Name, State: newToken(), Nonce: newToken(), Verifier: oauth2.GenerateVerifier(),
		Next: s.realm.localPath(r.FormValue("next")), Until: clock.Now(r.Context()).Add(tripLife),
	}
	if err := s.putTrip(w, t); err != nil {
		return err
	}
	to := p.client(found, s.callback(p)).AuthCodeURL(t.State, oidc.Nonce(t.Nonce), oauth2.S256ChallengeOption(t.Verifier))
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// comeBack lets somebody in who returns from a provider. What they can't help
// leads to the sign-in page, with words.
func (s screens) comeBack(w http.ResponseWriter, r *http.Request) error {
	p, err := s.providerNamed(r.PathValue("provider"))
	if err != nil {
		return err
	}
	t, err := s.takeTrip(w, r, p)
	if err != nil {
		return s.turnedAway(w, r, err)
	}
	in, a, err := s.arrive(r.Context(), p, t, r.FormValue("code"), r.UserAgent())
	switch fault.CodeOf(err) {
	case fault.SecondFactor:
		h := halfway{Email: a.email, Proof: digest(a.passwordHash), Next: t.Next, Until: clock.Now(r.Context()).Add(halfwayLife)}
		if err := s.putHalfway(w, h); err != nil {
			return err
		}
		return s.redirect(w, r, "/login/code")
	case fault.Unauthenticated:
		return s.turnedAway(w, r, err)
	}
	if err != nil {
		return err
	}
	return s.letIn(w, r, in, t.Next)
}

// turnedAway leads back to the sign-in page, and says why.
func (s screens) turnedAway(w http.ResponseWriter, r *http.Request, err error) error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err
	}
	if f.Cause != nil {
		slog.WarnContext(r.Context(), "sign-in with a provider failed", "error", f.Cause)
	}
	s.pages.Flash.Say(w, web.Late, f.Message)
	return s.redirect(w, r, "/login")
}

// arrive signs somebody in with the code that a provider sent along.
func (s screens) arrive(ctx context.Context, p *provider, t trip, code, userAgent string) (SignIn, account, error) {
	if err := s.take(ctx, addressKey(ctx, "provider"), perRequester); err != nil {
		return SignIn{}, account{}, err
	}
	who, err := p.identify(ctx, t, s.callback(p), code)
	if err != nil {
		return SignIn{}, account{}, err
	}
	return s.loginWith(ctx, s.realm, who, userAgent)
}

func (s screens) putTrip(w http.ResponseWriter, t trip) error {
	plain, err := json.Marshal(t)
	if err != nil {
		return err
	}
	sealed, err := s.secrets.Seal(plain, tripPurpose(s.realm))
	if err != nil {
		return err
	}
	c := s.tripCookie(sealed)
	c.MaxAge = int(tripLife.Seconds())
	http.SetCookie(w, c)
	return nil
}

// takeTrip returns the trip that this browser was sent on, if the answer belongs
// to it. The trip is over with that.
func (s screens) takeTrip(w http.ResponseWriter, r *http.Request, p *provider) (trip, error) {
	gone := s.tripCookie("")
	gone.MaxAge = -1
	http.SetCookie(w, gone)

	var t trip
	c, err := r.Cookie(gone.Name)
	if err != nil {
		return t, errProvider
	}
	plain, err := s.secrets.Open(c.Value, tripPurpose(s.realm))
	if err != nil || json.Unmarshal(plain, &t) != nil {
		return trip{}, errProvider
	}
	asked := subtle.ConstantTimeCompare([]byte(r.FormValue("state")), []byte(t.State)) == 1
	if !asked || t.Provider != p.Name || !clock.Now(r.Context()).Before(t.Until) || r.FormValue("code") == "" {
		return trip{}, errProvider
	}
	return t, nil
}

func (s screens) tripCookie(sealed string) *http.Cookie {
	return s.cookie(s.hostName(s.realm.traits().cookie+"_trip"), sealed)
}
