package auth

import (
	_ "embed"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"clientportal/internal/actor"
	"clientportal/internal/web"
)

// settings are the pages of a person's own account.
var settings = []web.Link{
	{Label: "Profile", Href: "/account"},
	{Label: "Notifications", Href: "/account/notifications"},
	{Label: "Password", Href: "/account/password"},
	{Label: "Security", Href: "/account/security"},
	{Label: "Sessions", Href: "/account/sessions"},
	{Label: "Tokens", Href: "/account/tokens"},
}

// SettingsViews leads from one of the settings to the others. The page of
// notifications is another feature's.
func SettingsViews(r Realm, current string) []web.View {
	views := make([]web.View, len(settings))
	for i, link := range settings {
		views[i] = web.View{Label: link.Label, Href: r.path(link.Href), Current: link.Href == current}
	}
	return views
}

// layout is the frame of everything behind the sign-in.
func (r Realm) layout(p web.Page) templ.Component {
	if r == Staff {
		return web.StaffLayout(p)
	}
	return web.ClientPortalLayout(p)
}

func (s screens) showProfile(w http.ResponseWriter, r *http.Request) error {
	me, err := s.Me(r.Context())
	if err != nil {
		return err
	}
	form := web.Form{Values: url.Values{
		"first_name": {me.User.FirstName}, "last_name": {me.User.LastName},
		"phone": {me.User.Phone}, "timezone": {me.User.Timezone},
	}}
	return show(w, r, s.profilePage(w, r, form))
}

func (s screens) profilePage(w http.ResponseWriter, r *http.Request, form web.Form) templ.Component {
	who, _ := actor.From(r.Context())
	return profileView(s.realm, s.accountPage(w, r, "Profile"), form, who.Email)
}

func (s screens) changeProfile(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	err = s.ChangeProfile(r.Context(), Profile{
		FirstName: form.Value("first_name"), LastName: form.Value("last_name"),
		Phone: form.Value("phone"), Timezone: form.Value("timezone"),
	})
	if err != nil {
		return again(w, r, form, err, func(f web.Form) templ.Component { return s.profilePage(w, r, f) })
	}
	return s.done(w, r, "/account", "Your profile is saved.")
}

func (s screens) showPassword(w http.ResponseWriter, r *http.Request) error {
	me, err := s.Me(r.Context())
	if err != nil {
		return err
	}
	return show(w, r, s.passwordPage(w, r, web.Form{}, me))
}

func (s screens) passwordPage(w http.ResponseWriter, r *http.Request, form web.Form, me Me) templ.Component {
	return passwordView(s.realm, s.accountPage(w, r, "Password"), form, me.User)
}

func (s screens) changePassword(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	err = s.ChangePassword(r.Context(), form.Value("current_password"), form.Value("password"))
	if err == nil {
		return s.done(w, r, "/account/password", "Your password is changed, and your other sessions are ended.")
	}
	me, unread := s.Me(r.Context())
	if unread != nil {
		return unread
	}
	return again(w, r, form, err, func(f web.Form) templ.Component { return s.passwordPage(w, r, f, me) })
}

// zoneList names the time zones that people choose from: those of the tz
// database's zone.tab, and UTC.
//
//go:embed zones.txt
var zoneList string

// zoneOptions are the time zones, and the person's own where it is not among them.
func zoneOptions(r Realm, own string) []web.Option {
	none := "As your company"
	if r == Staff {
		none = "As the agency"
	}
	zones := strings.Fields(zoneList)
	if own != "" && !slices.Contains(zones, own) {
		zones = append(zones, own)
	}
	options := []web.Option{{Label: none}}
	for _, zone := range zones {
		options = append(options, web.Option{Value: zone, Label: strings.ReplaceAll(zone, "_", " ")})
	}
	return options
}
