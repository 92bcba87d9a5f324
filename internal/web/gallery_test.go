package web

import (
	"context"
	"io"
	"time"

	"github.com/a-h/templ"
)

// The gallery is a page of each kind, made of every component, with all its texts
// passed through say. Tests look at it for what must hold everywhere.

var galleryTime = time.Date(2026, 11, 19, 9, 14, 0, 0, time.UTC)

type gallery struct{ say func(string) string }

func (g gallery) pages() map[string]templ.Component {
	return map[string]templ.Component{
		"sign-in":       g.signIn(),
		"second-factor": g.secondFactor(),
		"tickets":       g.tickets(),
		"empty":         g.empty(),
		"ticket":        g.ticket(),
		"new-ticket":    g.newTicket(),
		"queue":         g.queue(),
		"security":      g.security(),
		"start":         g.start(),
		"hours":         g.hours(),
		"error":         ErrorPage(g.page("", ""), Failure{Status: 404, RequestID: g.say("0193f2c4-7f")}),
	}
}

// with gives the component its children.
func with(c templ.Component, children ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return c.Render(templ.WithChildren(ctx, templ.Join(children...)), w)
	})
}

func (g gallery) text(s string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "<span>"+templ.EscapeString(g.say(s))+"</span>")
		return err
	})
}

func (g gallery) page(title, section string) Page {
	s := g.say
	at := func(ago time.Duration) time.Time { return galleryTime.Add(-ago) }
	return Page{
		Title:   title,
		Section: section,
		Brand: Brand{
			Name: s("Northlight"), Accent: s(DefaultAccent), Support: s("help@northlight.example"),
			Legal: s("Northlight Ltd, 14 Calvert Avenue, London"),
			Links: []Link{{s("Privacy"), s("/privacy")}, {s("Imprint"), s("/imprint")}},
		},
		Viewer: Viewer{
			Name: s("Mara Lindqvist"), Email: s("mara@dappergoods.example"), Role: s("Member"),
			Company: s("Dapper Goods"), SwitchAction: s("/company"), SignOutAction: s("/sign-out"),
			Companies: []Company{{s("1"), s("Dapper Goods"), true}, {s("2"), s("Ashby Wholesale"), false}},
			Menu:      []Link{{s("Profile"), s("/profile")}, {s("Sign-in and security"), s("/security")}},
		},
		Nav: []NavGroup{
			{Items: []NavItem{
				{s("Home"), "/", IconHome, 0, ""},
				{s("Projects"), "/projects", IconProjects, 3, s("active")},
				{s("Tickets"), "/tickets", IconTicket, 6, s("open")},
				{s("Hours"), "/hours", IconClock, 4, s("to approve")},
				{s("Analytics"), "/analytics", IconChart, 0, ""},
				{s("Quotes"), "/quotes", IconQuote, 1, s("to decide")},
			}},
			{Heading: s("Dapper Goods"), Items: []NavItem{
				{s("People"), "/people", IconPeople, 0, ""},
				{s("Activity"), "/activity", IconList, 0, ""},
				{s("Settings"), s("/settings"), IconGear, 0, ""},
			}},
		},
		Contact: &Contact{s("Jonas Weil"), s("Project lead"), s("+44 20 7946 0182")},
		Search:  Search{s("/search"), s("Search tickets and projects"), s("")},
		Clock:   Clock{Now: galleryTime},
		Live:    Live{Stream: s("/api/client-portal/events"), Topics: []string{s("ticket:")}},
		Notifications: Notifications{
			Href: s("/notifications"), ReadAction: s("/notifications/read"), SettingsHref: s("/settings"), Unread: 2,
			Latest: []Notification{
				{s("Sam Okafor"), s("asked about"), s("DG-213"), s("/tickets/1"), s("Which VAT number should appear on invoices to Ireland?"), at(12 * time.Minute), true},
				{s("Northlight"), s("logged 3.75 h for you to approve"), "", "", s("Retainer November, 4 entries waiting"), at(time.Hour), true},
				{s("Priya Raman"), s("resolved"), s("DG-216"), s("/tickets/2"), s("Gift card balance is shown on phones again"), at(22 * time.Hour), false},
			},
		},
	}
}

func (g gallery) signIn() templ.Component {
	s, form := g.say, Form{}
	p := g.page("Sign in", "")
	p.Viewer, p.Live = Viewer{}, Live{}
	return with(AuthLayout(p),
		with(AuthTitle("Sign in"), g.text("To the client portal of Northlight.")),
		with(templ.ComponentFunc(formTag),
			Input(form, Field{Name: "email", Label: s("E-mail"), Type: "email", Autocomplete: "username", Required: true}),
			Input(form, Field{Name: "password", Label: s("Password"), Type: "password", Autocomplete: "current-password", Required: true, Aside: &Link{s("Forgotten?"), s("/forgot")}}),
			Button(Action{Label: s("Sign in"), Kind: Primary, Large: true, Block: true}),
		))
}

// formTag is the element that pages put around their fields.
func formTag(ctx context.Context, w io.Writer) error {
	children := templ.GetChildren(ctx)
	ctx = templ.ClearChildren(ctx)
	if _, err := io.WriteString(w, `<form method="post" class="space-y-6">`); err != nil {
		return err
	}
	if err := children.Render(ctx, w); err != nil {
		return err
	}
	_, err := io.WriteString(w, `</form>`)
	return err
}
