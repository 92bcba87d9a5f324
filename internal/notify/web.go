package notify

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/fault"
	"clientportal/internal/news"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// pageSize is how many notifications a page has.
const pageSize = 25

// Where the clients' pages are; the staff's are below /staff.
const (
	listPath     = "/notifications"
	bellPath     = "/notifications/bell"
	readPath     = "/notifications/read"
	settingsPath = "/account/notifications"
)

// screens are the pages of one side.
type screens struct {
	*Service
	pages *web.Pages
	kind  actor.Kind
}

// Pages registers the clients' pages, and those that mails lead to.
func (s *Service) Pages(p *web.Pages) {
	screens{s, p, actor.Client}.register(route.Client(""))
	p.Handle("GET /unsubscribe", route.Public(), screens{s, p, actor.Client}.showUnsubscribe)
	p.Handle("POST /unsubscribe", route.Public(), screens{s, p, actor.Client}.unsubscribe)
}

// StaffPages registers the employees' pages.
func (s *Service) StaffPages(p *web.Pages) {
	screens{s, p, actor.Staff}.register(route.Staff(""))
}

func (s screens) register(access route.Access) {
	s.pages.Handle("GET "+s.path(listPath), access, s.list)
	s.pages.Handle("GET "+s.path(bellPath), access, s.bell)
	s.pages.Handle("POST "+s.path(readPath), access, s.read)
	s.pages.Handle("GET "+s.path(settingsPath), access.Personal(), s.showSettings)
	s.pages.Handle("POST "+s.path(settingsPath), access.Personal(), s.changeSettings)
}

func (s screens) path(clients string) string { return pathOf(s.kind, clients) }

// layout is the frame of everything behind the sign-in.
func (s screens) layout(p web.Page) templ.Component {
	if s.kind == actor.Staff {
		return web.StaffLayout(p)
	}
	return web.ClientPortalLayout(p)
}

// listed is the page of notifications.
type listed struct {
	screens
	items  []Notification
	unread bool   // only those
	first  bool   // this is the newest page
	older  string // the address of the next page
}

func (s screens) list(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	v := listed{screens: s, unread: query.Get("unread") == "1", first: query.Get("cursor") == ""}
	page, err := s.Notifications(r.Context(), v.unread, query.Get("cursor"), pageSize)
	if err != nil {
		return err
	}
	v.items = page.Items
	if page.NextCursor != nil {
		q := url.Values{"cursor": {*page.NextCursor}}
		if v.unread {
			q.Set("unread", "1")
		}
		v.older = s.path(listPath) + "?" + q.Encode()
	}
	p := s.pages.Shell(w, r).Named("Notifications").Following(topic)
	web.Render(w, r, http.StatusOK, listPage(p, v))
	return nil
}

// bell answers with the bell alone.
func (s screens) bell(w http.ResponseWriter, r *http.Request) error {
	p := s.pages.Shell(w, r)
	web.Render(w, r, http.StatusOK, web.Bell(p.Notifications, p.Clock))
	return nil
}

func (v listed) views() []web.View {
	return []web.View{
		{Label: "All", Href: v.path(listPath), Current: !v.unread},
		{Label: "Unread", Href: v.path(listPath) + "?unread=1", Current: v.unread},
	}
}

func (v listed) actions(p web.Page) []web.Action {
	var actions []web.Action
	if href := p.Notifications.SettingsHref; href != "" {
		actions = append(actions, web.Action{Label: "Settings", Icon: web.IconGear, Href: href})
	}
	if post := p.Notifications.ReadAction; post != "" && p.Notifications.Unread > 0 {
		actions = append(actions, web.Action{Label: "Mark all as read", Icon: web.IconCheck, Post: post})
	}
	return actions
}

func (v listed) paging() web.Paging {
	p := web.Paging{Older: v.older}
	if !v.first {
		p.Newer = v.views()[0].Href
		if v.unread {
			p.Newer = v.views()[1].Href
		}
	}
	return p
}

func (v listed) empty() web.EmptyState {
	if v.unread {
		return web.EmptyState{Icon: web.IconBell, Title: "All read", Text: "Nothing here is new to you."}
	}
	return web.EmptyState{Icon: web.IconBell, Title: "Nothing yet", Text: "What happens on your tickets and projects stands here."}
}

func entry(n Notification) web.Notification {
	return web.Notification{Who: n.Who, Text: n.Text, About: n.About, Href: n.Path, Note: n.Note, At: n.CreatedAt, Unread: n.ReadAt == nil}
}

func (s screens) read(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	var ids []uuid.UUID
	for _, text := range form.Values["id"] {
		id, err := route.ID(text, "notification")
		if err != nil {
			return err
		}
		ids = append(ids, id)
	}
	if err := s.MarkRead(r.Context(), ids); err != nil {
		return err
	}
	http.Redirect(w, r, s.path(listPath), http.StatusSeeOther)
	return nil
}

func (s screens) showSettings(w http.ResponseWriter, r *http.Request) error {
	own, err := s.Settings(r.Context())
	if err != nil {
		return err
	}
	form := web.Form{Values: url.Values{"digest_hour": {strconv.Itoa(own.DigestHour)}}}
	for kind, m := range own.Mail {
		form.Values.Set("mail."+string(kind), string(m))
	}
	web.Render(w, r, http.StatusOK, s.settingsPage(w, r, form))
	return nil
}

func (s screens) settingsPage(w http.ResponseWriter, r *http.Request, form web.Form) templ.Component {
	p := s.pages.Shell(w, r).Named("Notification settings")
	p.Section, p.Width = s.path("/account"), web.Narrow
	return settingsView(p, s, form)
}

func (s screens) changeSettings(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	wanted := Settings{Mail: map[news.Kind]Mailing{}}
	for _, t := range news.Topics(s.kind) {
		wanted.Mail[t.Kind] = Mailing(form.Value("mail." + string(t.Kind)))
	}
	hour, err := strconv.Atoi(form.Value("digest_hour"))
	if err != nil {
		hour = -1
	}
	wanted.DigestHour = hour
	if err := s.ChangeSettings(r.Context(), wanted); err != nil {
		failed, ok := form.With(err)
		if !ok || fault.CodeOf(err) != fault.Invalid {
			return err
		}
		web.Render(w, r, fault.Status(err), s.settingsPage(w, r, failed))
		return nil
	}
	s.pages.Flash.Say(w, web.Done, "Your notification settings are saved.")
	http.Redirect(w, r, s.path(settingsPath), http.StatusSeeOther)
	return nil
}

var mailingWords = []web.Option{
	{Value: string(AtOnce), Label: "At once"},
	{Value: string(Grouped), Label: "Together, every five minutes"},
	{Value: string(Daily), Label: "Once a day"},
	{Value: string(None), Label: "No mail"},
}

func hours() []web.Option {
	options := make([]web.Option, 24)
	for h := range options {
		options[h] = web.Option{Value: strconv.Itoa(h), Label: fmt.Sprintf("%02d:00", h)}
	}
	return options
}

func (s screens) showUnsubscribe(w http.ResponseWriter, r *http.Request) error {
	return s.farewell(w, r, false)
}

// unsubscribe answers a mail program's one click and a person's alike.
func (s screens) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	if err := s.Unsubscribe(r.Context(), r.URL.Query().Get("token")); err != nil {
		return err
	}
	return s.farewell(w, r, true)
}

// farewell is the page of a link that ends mails, before and after it did.
func (s screens) farewell(w http.ResponseWriter, r *http.Request, done bool) error {
	sub, err := s.subscription(r.URL.Query().Get("token"))
	if err != nil {
		return err
	}
	p := s.pages.Shell(w, r).Named("Unsubscribe")
	p.Viewer.Staff = sub.Account.Kind == actor.Staff
	web.Render(w, r, http.StatusOK, unsubscribeView(p, sub, r.URL.RequestURI(), done))
	return nil
}
