package datasource

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

const root = "/staff/data-sources"

// staffPages are data sources as the agency's people see them.
type staffPages struct {
	*Service
	*web.Pages
}

// StaffPages registers what the agency's people see of data sources. Who may manage
// them is checked in the actions.
func (s *Service) StaffPages(p *web.Pages) {
	c := staffPages{s, p}
	anyone := route.Staff("")
	p.Handle("GET "+root, anyone, c.showList)
	p.Handle("GET "+root+"/new", anyone, c.showNew)
	p.Handle("POST "+root, anyone, c.create)
	p.Handle("GET "+root+"/authorised", anyone, c.arrive)
	one := root + "/{id}"
	p.Handle("GET "+one, anyone, c.showSource)
	p.Handle("GET "+one+"/runs", anyone, c.showRuns)
	p.Handle("GET "+one+"/edit", anyone, c.showEdit)
	p.Handle("POST "+one+"/edit", anyone, c.edit)
	p.Handle("POST "+one+"/test", anyone, c.test)
	p.Handle("GET "+one+"/accounts", anyone, c.showAccounts)
	p.Handle("POST "+one+"/accounts", anyone, c.choose)
	p.Handle("POST "+one+"/sync", anyone, c.does(func(ctx context.Context, id uuid.UUID) error { _, err := c.SyncNow(ctx, id); return err }, "It is read as soon as it may be."))
	p.Handle("POST "+one+"/backfill", anyone, c.backfillDays)
	p.Handle("POST "+one+"/cancel-backfill", anyone, c.does(c.CancelBackfill, "The backfill is ended. What was read stays."))
	p.Handle("GET "+one+"/disconnect", anyone, c.confirmDisconnect)
	p.Handle("POST "+one+"/disconnect", anyone, c.does(func(ctx context.Context, id uuid.UUID) error { _, err := c.Disconnect(ctx, id); return err }, "It is disconnected. Its credentials are forgotten, its numbers stay."))
	p.Handle("POST "+one+"/reconnect-link", anyone, c.makeLink)
	p.Handle("GET "+one+"/authorise", anyone, c.leave)
	p.Handle("POST "+one+"/push-token", anyone, c.makeToken)
	p.Handle("GET "+one+"/metrics", anyone, c.showMetrics)
	p.Handle("POST "+one+"/metrics", anyone, c.saveMetrics)
	p.Handle("GET "+one+"/upload", anyone, c.showUpload)
	p.Handle("POST "+one+"/upload", anyone, c.upload)
	p.Handle("GET "+one+"/uploads/{uploadId}", anyone, c.showTable)
	p.Handle("POST "+one+"/uploads/{uploadId}", anyone, c.importTable)
}

func (c staffPages) page(w http.ResponseWriter, r *http.Request, title string, crumbs ...web.Crumb) web.Page {
	if len(crumbs) > 0 { // the list itself is below nothing
		crumbs = append([]web.Crumb{{Label: "Data sources", Href: root}}, crumbs...)
	}
	p := c.Shell(w, r).Named(title, crumbs...)
	p.Section = root
	return p
}

// of is a page about one source.
func (c staffPages) of(w http.ResponseWriter, r *http.Request, s Source, title string) web.Page {
	crumbs := []web.Crumb{{Label: s.Customer.Name, Href: root + "?customer_id=" + s.CustomerID.String()}, {Label: s.SourceName}}
	if title != s.SourceName {
		crumbs[1].Href = staffPath(s.ID)
		crumbs = append(crumbs, web.Crumb{Label: title})
	}
	return c.page(w, r, title, crumbs...)
}

func staffPath(id uuid.UUID) string { return root + "/" + id.String() }

// does carries out what has no fields, and leads back to the source.
func (c staffPages) does(do func(context.Context, uuid.UUID) error, done string) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := route.PathID(r, "id", "data source")
		if err != nil {
			return err
		}
		err = do(r.Context(), id)
		if fault.CodeOf(err) == fault.Conflict {
			return c.back(w, r, id, web.Late, wordsOf(err))
		}
		if err != nil {
			return err
		}
		return c.back(w, r, id, web.Done, done)
	}
}

func (c staffPages) back(w http.ResponseWriter, r *http.Request, id uuid.UUID, tone web.Tone, words string) error {
	c.Flash.Say(w, tone, words)
	http.Redirect(w, r, staffPath(id), http.StatusSeeOther)
	return nil
}

func wordsOf(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Message
	}
	return "That was not possible."
}

// sourcePage is one source with all that its page shows.
type sourcePage struct {
	Source
	system   string
	limits   upstream.Limits
	runs     []Run
	backfill *Run
	findings []upstream.Finding
	form     web.Form // of a backfill
	manages  bool
	oauth    bool
	reads    bool
	metrics  []OwnMetric
	usedBy   []datasourcedb.UsedByRow
	clock    web.Clock
}

func (c staffPages) showSource(w http.ResponseWriter, r *http.Request) error {
	return c.drawSource(w, r, http.StatusOK, sourcePage{})
}

func (c staffPages) drawSource(w http.ResponseWriter, r *http.Request, status int, v sourcePage) error {
	id, err := route.PathID(r, "id", "data source")
	if err != nil {
		return err
	}
	if v.Source, err = c.Source(r.Context(), id); err != nil {
		return err
	}
	runs, err := c.Runs(r.Context(), id, api.PageQuery{Limit: 60})
	if err != nil {
		return err
	}
	v.runs, v.manages = runs.Items, readerManages(r)
	for i := range v.runs {
		if run := v.runs[i]; run.Kind == backfillRun && run.Open() {
			v.backfill = &run
		}
	}
	if source, known := c.known(v.SourceType); known {
		v.system, v.limits, v.reads = source.Label(), source.Limits(), true
		_, authorises := source.(upstream.Authorizer)
		v.oauth = authorises && v.ConnectionType != nil && *v.ConnectionType == byOAuth
	} else if v.metrics, err = c.ownMetrics(r.Context(), id); err != nil {
		return err
	}
	if v.usedBy, err = c.usedBy(r.Context(), id); err != nil {
		return err
	}
	p := c.of(w, r, v.Source, v.SourceName)
	if len(v.findings) == 0 { // what a test found would be gone with the next hint
		p = p.Following(topic(id))
	}
	v.clock = p.Clock
	web.Render(w, r, status, staffSource(p, v))
	return nil
}

func (c staffPages) test(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "data source")
	if err != nil {
		return err
	}
	findings, err := c.Test(r.Context(), id)
	if fault.CodeOf(err) == fault.Conflict {
		return c.back(w, r, id, web.Late, wordsOf(err))
	}
	if err != nil {
		return err
	}
	return c.drawSource(w, r, http.StatusOK, sourcePage{findings: findings})
}

func (c staffPages) backfillDays(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "data source")
	if err != nil {
		return err
	}
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	_, err = c.Backfill(r.Context(), id, form.Value("from"), form.Value("to"))
	if fault.Mendable(err) {
		form, _ = form.With(err)
		return c.drawSource(w, r, fault.Status(err), sourcePage{form: form})
	}
	if err != nil {
		return err
	}
	return c.back(w, r, id, web.Done, "These days are read again, one part after the other.")
}

func (c staffPages) confirmDisconnect(w http.ResponseWriter, r *http.Request) error {
	return c.drawOne(w, r, func(p web.Page, s Source) error {
		p.Width = web.Narrow
		web.Render(w, r, http.StatusOK, disconnectPage(p, s))
		return nil
	}, "Disconnect")
}

// drawOne draws a page about a source for those who manage.
func (c staffPages) drawOne(w http.ResponseWriter, r *http.Request, draw func(web.Page, Source) error, title string) error {
	id, err := route.PathID(r, "id", "data source")
	if err != nil {
		return err
	}
	if _, err := manager(r.Context()); err != nil {
		return err
	}
	s, err := c.Source(r.Context(), id)
	if err != nil {
		return err
	}
	return draw(c.of(w, r, s, title), s)
}
