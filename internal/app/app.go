// Package app puts the portal together: configuration, database, features, edges
// and workers. It holds the wiring and nothing else.
package app

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	_ "gocloud.dev/blob/s3blob" // s3:// in PORTAL_FILES_URL

	"clientportal/internal/actor"
	"clientportal/internal/analytics"
	"clientportal/internal/analytics/prepare"
	"clientportal/internal/analytics/schedule"
	"clientportal/internal/api"
	"clientportal/internal/audit"
	"clientportal/internal/auth"
	"clientportal/internal/config"
	"clientportal/internal/customer"
	"clientportal/internal/datasource"
	"clientportal/internal/db"
	"clientportal/internal/jobs"
	"clientportal/internal/live"
	"clientportal/internal/mail"
	"clientportal/internal/notify"
	"clientportal/internal/project"
	"clientportal/internal/route"
	"clientportal/internal/secret"
	"clientportal/internal/settings"
	"clientportal/internal/ticket"
	"clientportal/internal/timetrack"
	"clientportal/internal/trail"
	"clientportal/internal/upload"
	"clientportal/internal/web"
)

// App is the portal over one open database.
type App struct {
	config   config.Config
	version  string
	db       *db.DB
	files    *blob.Bucket
	settings *settings.Service
	hub      *live.Hub
	sealer   *audit.Sealer
	queue    *river.Client[pgx.Tx]
	sends    mail.Sender
	secrets  *secret.Box

	features
	table   *route.Table
	api     *api.API
	pages   *web.Pages
	metrics *metrics
}

// features are what the portal does.
type features struct {
	analytics *analytics.Service
	exports   *prepare.Service
	reports   *schedule.Service
	auth      *auth.Service
	customer  *customer.Service
	sources   *datasource.Service
	hours     *timetrack.Service
	notify    *notify.Service
	project   *project.Service
	ticket    *ticket.Service
	trail     *trail.Service
}

// New puts the portal together over a migrated database. Close it in the end.
func New(ctx context.Context, c config.Config, version string, database *db.DB) (*App, error) {
	a := &App{config: c, version: version, db: database, settings: settings.New(database, c.BaseURL)}
	files, err := openFiles(ctx, c)
	if err != nil {
		return nil, err
	}
	a.files = files
	if a.secrets, err = secret.Load(c.SecretKeys, c.DataDir); err != nil {
		return nil, err
	}
	if a.sends, err = a.sender(); err != nil {
		return nil, err
	}
	signer, verifiers, err := auditKeys(c)
	if err != nil {
		return nil, err
	}
	a.sealer = &audit.Sealer{
		DB: database.Pool(), Signer: signer, Verifiers: verifiers,
		CheckpointFile: checkpointFile(c), Interval: sealEvery, Log: slog.Default(),
	}
	a.hub = live.NewHub(database.Pool())
	if a.features, err = a.makeFeatures(database); err != nil {
		return nil, err
	}
	if a.queue, err = jobs.Queue(database.Pool(), a.workers(), a.periodic()); err != nil {
		return nil, err
	}
	database.UseJobs(a.queue)
	database.UseAnnouncer(a.hub.Announce)
	a.metrics = newMetrics(database.Pool(), a.sealer)
	a.routes()
	return a, nil
}

// makeFeatures makes the features over a database: the portal's own, or one that
// enqueues nothing, for the demo's past.
func (a *App) makeFeatures(database *db.DB) (features, error) {
	people := auth.New(auth.Config{
		DB: database, Mail: a.sends, Secrets: a.secrets, BaseURL: a.config.BaseURL,
		Letterhead: a.settings.Letterhead, Providers: a.providers(),
	})
	told := notify.New(notify.Deps{
		DB: database, Mail: a.sends, Secrets: a.secrets, BaseURL: a.config.BaseURL,
		Letterhead: a.settings.Letterhead, AccountViews: accountViews,
	})
	sources, err := a.dataSources(database, told)
	if err != nil {
		return features{}, err
	}
	dashboards := a.dashboards(database, sources)
	return features{
		notify:    told,
		sources:   sources,
		auth:      people,
		customer:  customer.New(customer.Deps{DB: database, Accounts: accounts{people}}),
		project:   project.New(project.Deps{DB: database, Files: a.files, Mail: a.sends, Notify: told, BaseURL: a.config.BaseURL, Letterhead: a.settings.Letterhead, Paper: a.settings.Paper}),
		hours:     timetrack.New(timetrack.Deps{DB: database, Notify: told, Paper: a.settings.Paper}),
		trail:     trail.New(database),
		analytics: dashboards,
		exports:   prepare.New(prepare.Deps{DB: database, Dashboards: dashboards, Files: upload.Store{Bucket: a.files, Folder: "exports/"}, Notify: told}),
		reports: schedule.New(schedule.Deps{
			DB: database, Dashboards: dashboards, Files: a.files, Mail: a.sends, Notify: told, BaseURL: a.config.BaseURL,
			Letterhead: a.settings.Letterhead, Paper: a.settings.Paper,
		}),
		ticket: ticket.New(ticket.Deps{
			DB: database, Files: a.files, Mail: a.sends, Notify: told, Secrets: a.secrets, BaseURL: a.config.BaseURL,
			Letterhead: a.settings.Letterhead, ReplyAddress: a.config.ReplyAddress,
		}),
	}, nil
}

// accountViews are the links between the pages of a person's own settings.
func accountViews(of actor.Kind, current string) []web.View {
	return auth.SettingsViews(auth.Realm(of), current)
}

// Run works in the background until ctx ends: jobs, sealing, live hints.
func (a *App) Run(ctx context.Context) error {
	if err := audit.CheckRollback(ctx, a.db.Pool(), checkpointFile(a.config), a.sealer.Verifiers); err != nil {
		slog.ErrorContext(ctx, "ALARM: the audit trail contradicts what was signed before", "error", err)
	}
	if err := a.queue.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the jobs: %w", err)
	}
	var background sync.WaitGroup
	background.Go(func() { a.sealer.Run(ctx) })
	background.Go(func() { a.hub.Run(ctx) })
	background.Go(func() { tuneCollector(ctx) })
	<-ctx.Done()
	background.Wait()
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	return a.queue.Stop(stopping)
}

// EndStreams ends the streams of open pages, so that a server can stop.
func (a *App) EndStreams() { a.hub.EndStreams() }

// Close closes what New opened. The database stays open.
func (a *App) Close() error { return a.files.Close() }

// sender sends the portal's mails: through a server, or into the outbox folder.
func (a *App) sender() (mail.Sender, error) {
	from := mail.From{
		Email: a.config.MailFrom,
		Name:  func() string { return a.settings.Current(context.Background()).Name },
	}
	if from.Email == "" {
		base, err := url.Parse(a.config.BaseURL)
		if err != nil {
			return nil, err
		}
		from.Email = "portal@" + base.Hostname()
	}
	if a.config.SMTPURL != "" {
		return mail.NewSMTP(a.config.SMTPURL, from)
	}
	return mail.Outbox{Folder: filepath.Join(a.config.DataDir, "outbox"), From: from}, nil
}

// openFiles opens where attachments are kept.
func openFiles(ctx context.Context, c config.Config) (*blob.Bucket, error) {
	if c.FilesURL != "" {
		bucket, err := blob.OpenBucket(ctx, c.FilesURL)
		if err != nil {
			return nil, fmt.Errorf("PORTAL_FILES_URL: %w", err)
		}
		return bucket, nil
	}
	folder := filepath.Join(c.DataDir, "files")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	return fileblob.OpenBucket(folder, &fileblob.Options{NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
}

// say writes a line for the person who started the portal.
func say(out io.Writer, format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }

// providers are whom else people may sign in with.
func (a *App) providers() []auth.Provider {
	var list []auth.Provider
	if g := a.config.Google; g.ClientID != "" {
		list = append(list, auth.Provider{
			Name: "google", Label: "Google", Issuer: cmp.Or(g.Issuer, "https://accounts.google.com"),
			ClientID: g.ClientID, ClientSecret: g.ClientSecret,
		})
	}
	if m := a.config.Microsoft; m.ClientID != "" {
		list = append(list, auth.Provider{
			Name: "microsoft", Label: "Microsoft", Issuer: m.Issuer, ClientID: m.ClientID, ClientSecret: m.ClientSecret,
		})
	}
	return list
}
