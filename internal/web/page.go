// Package web is how the portal looks: the layouts, the components that every
// page is made of, the static files and the headers they are served with. It
// knows no feature; features fill its plain structs.
package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Shell makes the Page around a request's own content: brand, viewer,
// navigation, notifications. The application hands one to each feature.
type Shell func(w http.ResponseWriter, r *http.Request) Page

// Page is what stands around a page's own content.
type Page struct {
	Title   string // without the agency's name
	Crumbs  []Crumb
	Section string // Href of the navigation entry that the page belongs to
	Width   Width
	Theme   string // "light", "dark", or "" to follow the system

	Brand         Brand
	Viewer        Viewer
	Viewing       Viewing
	Nav           []NavGroup
	Contact       *Contact
	Notifications Notifications
	Search        Search
	Flash         Flash
	Timer         *Timer
	Clock         Clock
	Live          Live
	Scripts       []string // beside the portal's own, of static: "charts.js"
}

// Named returns the page with its title and the way to it.
func (p Page) Named(title string, crumbs ...Crumb) Page {
	p.Title, p.Crumbs = title, crumbs
	return p
}

// way is the way to the page. Its last step is left out where the title says it.
func (p Page) way() []Crumb {
	last := len(p.Crumbs) - 1
	if last < 0 {
		return nil
	}
	label := p.Crumbs[last].Label
	if len(p.Title) >= len(label) && strings.EqualFold(p.Title[:len(label)], label) {
		return p.Crumbs[:last]
	}
	return p.Crumbs
}

// Following returns the page so that it refreshes itself when one of the topics
// changes: "ticket:<id>", or "ticket:" for any ticket that the reader may see.
func (p Page) Following(topics ...string) Page {
	p.Live.Topics = slices.Concat(p.Live.Topics, topics)
	return p
}

// Running returns the page with a script of its own.
func (p Page) Running(script string) Page {
	p.Scripts = append(slices.Clone(p.Scripts), script)
	return p
}

// Live is how a page hears of changes: the address of the event stream, and the
// topics that concern the page. Without topics it stands still.
type Live struct {
	Stream string
	Topics []string
}

// read is when the page is read, for the stream to begin there.
func (l Live) read() string { return strconv.FormatInt(time.Now().UnixMilli(), 10) }

// heading is the title of the browser's tab.
func (p Page) heading() string {
	switch {
	case p.Title == "":
		return p.Brand.Name
	case p.Brand.Name == "":
		return p.Title
	}
	return p.Title + " | " + p.Brand.Name
}

// description says to a search engine what the page is part of.
func (p Page) description() string {
	return "The portal of " + orElse(p.Brand.Name, "the agency") + " for its clients: tickets, projects, hours and numbers."
}

// forStaff marks the viewer as one of the agency's people.
func (p Page) forStaff() Page {
	p.Viewer.Staff = true
	return p
}

// sectionLabel is the name of the navigation entry that the page belongs to.
func (p Page) sectionLabel() string {
	for _, group := range p.Nav {
		for _, item := range group.Items {
			if item.Href == p.Section {
				return item.Label
			}
		}
	}
	return p.Title
}

// Width is how much room a page's content takes.
type Width int

// A page is as wide as reads well, as narrow as a form, or takes the whole window
// for a Split.
const (
	Standard Width = iota
	Narrow
	Full
)

// Crumb is a step on the way to a page; the last one has no Href.
type Crumb struct{ Label, Href string }

// Link is a word that leads somewhere.
type Link struct{ Label, Href string }

// Brand is the agency, as its clients see it.
type Brand struct {
	Name    string
	Home    string // where the logo leads
	LogoURL string // "" draws the portal's own mark
	Accent  string // "#rrggbb"
	Support string // e-mail address
	Legal   string // company name and address
	Links   []Link // privacy, imprint
}

// Viewer is the person who reads the page; the zero Viewer has not signed in.
type Viewer struct {
	Name  string
	Email string
	Role  string // in words
	Staff bool

	Company      string
	Companies    []Company // more than one lets the viewer switch
	SwitchAction string    // takes company_id by POST

	Menu          []Link // profile, security, settings
	SignOutAction string // by POST; without it there is no signing out
}

// Viewing is the line above a page that an employee sees as a client; without As
// there is none.
type Viewing struct {
	As         string // whose view it is
	Of         string // that person's company
	StopAction string // ends the view, by POST
}

// Company is one that the viewer belongs to.
type Company struct {
	ID      string
	Name    string
	Current bool
}

// NavGroup is a part of the navigation; the first has no heading.
type NavGroup struct {
	Heading string
	Items   []NavItem
}

// NavItem is an entry of the navigation. Count is shown unless it is zero, up to
// MostCounted, and CountOf says to screen readers what is counted: "open", "to approve".
type NavItem struct {
	Label   string
	Href    string
	Icon    IconName
	Count   int
	CountOf string
}

// MostCounted is how far what stands around a page is counted, at most.
const MostCounted = 100

// upTo99 is a count of what stands around a page.
func upTo99(n int) string {
	if n >= MostCounted {
		return strconv.Itoa(MostCounted-1) + "+"
	}
	return strconv.Itoa(n)
}

// Contact is the agency's person for a client.
type Contact struct{ Name, Title, Phone string }

// Timer is the viewer's running timer, in the bar of every page.
type Timer struct {
	Since time.Time
	What  string // whom it runs for
	Href  string
}

// elapsed is how long it has run: "1:05".
func (t Timer) elapsed(now time.Time) string {
	minutes := max(0, int(now.Sub(t.Since).Minutes()))
	return fmt.Sprintf("%d:%02d", minutes/60, minutes%60)
}

// Search is the box in the bar; without Action there is none.
type Search struct{ Action, Placeholder, Query string }

// Notifications is the bell; without Href there is none.
type Notifications struct {
	Href         string
	ReadAction   string // marks all as read by POST
	SettingsHref string
	AgainHref    string // answers with the Bell alone, for a page that stays
	Unread       int
	Latest       []Notification
}

func (n Notifications) label() string {
	if n.Unread == 0 {
		return "Notifications"
	}
	return "Notifications, " + upTo99(n.Unread) + " unread"
}

// Notification is one line under the bell: "Who Text About", then the note.
type Notification struct {
	Who, Text   string
	About, Href string
	Note        string
	At          time.Time
	Unread      bool
}
