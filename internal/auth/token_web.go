package auth

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"clientportal/internal/actor"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

func (s screens) showTokens(w http.ResponseWriter, r *http.Request) error {
	tokens, err := s.Tokens(r.Context())
	if err != nil {
		return err
	}
	return show(w, r, tokensView(s.realm, s.accountPage(w, r, "Tokens"), tokens))
}

func (s screens) showNewToken(w http.ResponseWriter, r *http.Request) error {
	form := web.Form{Values: map[string][]string{"expires_in_days": {"90"}}}
	return show(w, r, s.newTokenPage(w, r, form))
}

func (s screens) newTokenPage(w http.ResponseWriter, r *http.Request, form web.Form) templ.Component {
	who, _ := actor.From(r.Context())
	return newTokenView(s.realm, s.accountPage(w, r, "New token"), form, slices.Sorted(slices.Values(ScopesOf(s.realm, who.Role))))
}

// addToken answers with the token itself, without a redirect: only this answer
// knows it.
func (s screens) addToken(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(form.Value("expires_in_days"))
	if err != nil {
		days = 0 // which is refused, with words beside the field
	}
	token, secret, err := s.AddToken(r.Context(), NewToken{
		Name: form.Value("name"), Scopes: form.Values["scopes"], Days: days,
	})
	if err != nil {
		return again(w, r, form, err, func(f web.Form) templ.Component { return s.newTokenPage(w, r, f) })
	}
	return show(w, r, tokenView(s.realm, s.accountPage(w, r, "New token"), token, secret))
}

func (s screens) showRevokeToken(w http.ResponseWriter, r *http.Request) error {
	tokens, err := s.Tokens(r.Context())
	if err != nil {
		return err
	}
	at := slices.IndexFunc(tokens, func(t AccessToken) bool { return t.ID.String() == r.PathValue("id") })
	if at < 0 {
		return fault.Missing("token")
	}
	page := s.accountPage(w, r, "Revoke a token")
	page.Crumbs = []web.Crumb{{Label: "Your tokens", Href: s.realm.path("/account/tokens")}, {Label: tokens[at].Name}}
	return show(w, r, revokeTokenView(s.realm, page, tokens[at]))
}

func (s screens) revokeToken(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "token")
	if err != nil {
		return err
	}
	if err := s.RevokeToken(r.Context(), id); err != nil {
		return err
	}
	return s.done(w, r, "/account/tokens", "The token is revoked. Programs that use it are locked out.")
}

// lifetimes are how long a token may live, as the form offers it.
var lifetimes = []web.Option{
	{Value: "7", Label: "7 days"}, {Value: "30", Label: "30 days"}, {Value: "90", Label: "90 days"}, {Value: "365", Label: "A year"},
}

// scopeWords is a scope in words: "Read tickets" for "tickets:read".
func scopeWords(scope string) string {
	what, verb, _ := strings.Cut(scope, ":")
	if name, ok := scopeNames[what]; ok {
		what = name
	}
	switch verb {
	case "read":
		return "Read " + what
	case "write":
		return "Change " + what
	}
	return scope
}

var scopeNames = map[string]string{
	"account": "your profile", "time": "hours", "audit": "the audit trail", "employees": "people of the agency",
	"settings": "the agency's settings",
}
