package auth

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"time"

	"clientportal/internal/clock"
	"clientportal/internal/fault"
)

// halfwayLife is how long somebody may take to find their authenticator app.
const halfwayLife = 10 * time.Minute

// halfway is a sign-in whose first factor was right and whose code is still to
// come. It stands in a cookie, sealed so that only the portal can read or make it,
// and holds no password: sending that twice would mean keeping it in the page in
// between. Proof is of the stored hash instead, so that a password that was changed
// meanwhile opens nothing. It is worth no more than the password was: every code
// is counted as a try, and used up, as in Login.
type halfway struct {
	Email string    `json:"email"`
	Proof []byte    `json:"proof"`
	Next  string    `json:"next"`
	Until time.Time `json:"until"`
}

func (r Realm) sealedFor() string { return "sign-in of " + string(r) }

// begin is Login, and what is to be remembered of it when a code is missing. The
// account is read before Login looks at the password, so that the proof is of
// the hash that was current then, or of an older one, and never of a newer.
func (s screens) begin(ctx context.Context, c Credentials) (in SignIn, h halfway, err error) {
	var check fault.Check
	if email := checkEmail(&check, c.Email); check.Err() == nil {
		a, err := s.accountOf(ctx, s.realm, email)
		if err != nil {
			return in, h, err
		}
		h = halfway{Email: a.email, Proof: digest(a.passwordHash), Until: clock.Now(ctx).Add(halfwayLife)}
	}
	in, err = s.Login(ctx, s.realm, c)
	return in, h, err
}

// putHalfway remembers a sign-in in the browser.
func (s screens) putHalfway(w http.ResponseWriter, h halfway) error {
	plain, err := json.Marshal(h)
	if err != nil {
		return err
	}
	sealed, err := s.secrets.Seal(plain, s.realm.sealedFor())
	if err != nil {
		return err
	}
	c := s.halfwayCookie(sealed)
	c.MaxAge = int(halfwayLife.Seconds())
	http.SetCookie(w, c)
	return nil
}

// halfwayOf is the sign-in that the browser has begun; ok is false when there is
// none, or it took too long.
func (s screens) halfwayOf(r *http.Request) (h halfway, ok bool) {
	cookie, err := r.Cookie(s.halfwayCookie("").Name)
	if err != nil {
		return h, false
	}
	plain, err := s.secrets.Open(cookie.Value, s.realm.sealedFor())
	if err != nil || json.Unmarshal(plain, &h) != nil {
		return halfway{}, false
	}
	return h, clock.Now(r.Context()).Before(h.Until)
}

func (s screens) dropHalfway(w http.ResponseWriter) {
	c := s.halfwayCookie("")
	c.MaxAge = -1
	http.SetCookie(w, c)
}

func (s screens) halfwayCookie(sealed string) *http.Cookie {
	return s.cookie(s.hostName(s.realm.traits().cookie+"_halfway"), sealed)
}

// finish ends what Login began: it lets somebody in who shows the second factor
// as well.
func (s screens) finish(ctx context.Context, h halfway, code, userAgent string) (SignIn, error) {
	if code == "" {
		return SignIn{}, errNeedsCode
	}
	if err := s.attempt(ctx, s.realm, h.Email); err != nil {
		return SignIn{}, err
	}
	a, err := s.accountOf(ctx, s.realm, h.Email)
	if err != nil {
		return SignIn{}, err
	}
	if !a.mayEnter() || subtle.ConstantTimeCompare(digest(a.passwordHash), h.Proof) == 0 {
		return SignIn{}, firstError(s.failed(ctx, s.realm, a, h.Email, "account"), errHalfwayLost)
	}
	return s.secondStep(ctx, s.realm, a, Credentials{Email: a.email, Code: code, UserAgent: userAgent})
}

// errHalfwayLost sends somebody back to the password.
var errHalfwayLost = fault.New(fault.Unauthenticated, "The sign-in took too long, or the account was changed meanwhile. Sign in again.")
