// Package settings is what the agency says about itself: its name, colour and logo,
// where it is reached, and the words under its mails. Pages and mails are made of
// it.
package settings

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/mail"
	"clientportal/internal/web"

	netmail "net/mail"
)

// remembered is how long a portal shows the agency as it read it last: every page
// needs it, and another portal may have changed it.
const remembered = 10 * time.Second

// Agency is the agency as it presents itself.
type Agency struct {
	Name          string    `json:"name"`
	Accent        string    `json:"accent" doc:"The agency's colour, #rrggbb; pages derive readable ones from it"`
	SupportEmail  string    `json:"support_email"`
	LegalLine     string    `json:"legal_line" doc:"Company name and address, under every mail"`
	Timezone      string    `json:"timezone"`
	MailSignature string    `json:"mail_signature" doc:"At the end of every mail"`
	LogoURL       string    `json:"logo_url" doc:"Empty without a logo"`
	UpdatedAt     time.Time `json:"updated_at"`
}

// Service is the feature's actions.
type Service struct {
	db      *db.DB
	baseURL string

	mu    sync.Mutex
	last  Agency
	words map[mail.Kind]mail.Words
	read  time.Time
}

// New makes the feature. The base URL is where every mail leads.
func New(database *db.DB, baseURL string) *Service { return &Service{db: database, baseURL: baseURL} }

const selectAgency = `select name, accent, coalesce(support_email, ''), legal_line, timezone, mail_signature,
	coalesce('/brand/logo-' || logo_hash || '.png', ''), updated_at from agency`

func scan(row interface{ Scan(...any) error }) (a Agency, err error) {
	err = row.Scan(&a.Name, &a.Accent, &a.SupportEmail, &a.LegalLine, &a.Timezone, &a.MailSignature, &a.LogoURL, &a.UpdatedAt)
	return a, err
}

// Current is the agency as of a moment ago. When the database does not answer, it is
// the last one known.
func (s *Service) Current(ctx context.Context) Agency {
	now, _ := s.current(ctx)
	return now
}

// current is the agency and its words in mails, as of a moment ago.
func (s *Service) current(ctx context.Context) (Agency, map[mail.Kind]mail.Words) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.read) < remembered {
		return s.last, s.words
	}
	ctx = actor.As(context.WithoutCancel(ctx), "settings")
	now, err := s.load(ctx)
	var words map[mail.Kind]mail.Words
	if err == nil {
		words, err = s.loadWords(ctx)
	}
	if err != nil {
		slog.WarnContext(ctx, "the agency's settings could not be read", "error", err)
		return s.last, s.words
	}
	s.last, s.words, s.read = now, words, time.Now()
	return s.last, s.words
}

func (s *Service) load(ctx context.Context) (a Agency, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		a, err = scan(tx.QueryRow(ctx, selectAgency))
		return err
	})
	return a, err
}

// Agency is the agency as it stands now, for those who may change it.
func (s *Service) Agency(ctx context.Context) (Agency, error) {
	if err := mayChange(ctx); err != nil {
		return Agency{}, err
	}
	return s.load(ctx)
}

// Change is what to change; a nil field stays.
type Change struct {
	Name          *string `json:"name,omitempty" maxLength:"200"`
	Accent        *string `json:"accent,omitempty" maxLength:"20"`
	SupportEmail  *string `json:"support_email,omitempty" maxLength:"300"`
	LegalLine     *string `json:"legal_line,omitempty" maxLength:"1000"`
	Timezone      *string `json:"timezone,omitempty" maxLength:"100"`
	MailSignature *string `json:"mail_signature,omitempty" maxLength:"5000"`
}

// Change changes the agency; match says whether the tag of the one before is that
// which the caller knows. Staff admins only.
func (s *Service) Change(ctx context.Context, c Change, match func(tag time.Time) error) (after Agency, err error) {
	if err := mayChange(ctx); err != nil {
		return after, err
	}
	if err := c.check(); err != nil {
		return after, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		before, err := scan(tx.QueryRow(ctx, selectAgency+` for update`))
		if err != nil {
			return err
		}
		if err := match(before.UpdatedAt); err != nil {
			return err
		}
		if after = c.applied(before); after == before {
			return db.ErrUnchanged
		}
		after.UpdatedAt = clock.Now(ctx)
		tx.Record(audit.Event{
			Action: "agency.update", Subject: audit.Subject{Type: "agency"},
			Payload: map[string]any{"before": before, "after": after},
		})
		_, err = tx.Exec(ctx, `update agency set name = $1, accent = $2, support_email = nullif($3, ''), legal_line = $4,
			timezone = $5, mail_signature = $6, updated_at = $7`,
			after.Name, after.Accent, after.SupportEmail, after.LegalLine, after.Timezone, after.MailSignature, after.UpdatedAt)
		return err
	})
	s.forget()
	return after, err
}

func (c *Change) check() error {
	var check fault.Check
	text := func(name, label string, value *string, min, max int) {
		if value != nil {
			*value = check.Text(name, label, *value, min, max)
		}
	}
	text("name", "the agency's name", c.Name, 1, 80)
	text("legal_line", "the company line", c.LegalLine, 0, 300)
	text("mail_signature", "the words under mails", c.MailSignature, 0, 1000)
	text("support_email", "the support address", c.SupportEmail, 0, 254)
	if c.SupportEmail != nil && *c.SupportEmail != "" {
		parsed, err := netmail.ParseAddress(*c.SupportEmail)
		check.That(err == nil && parsed.Address == *c.SupportEmail, "support_email", "This is not an e-mail address. It looks like help@agency.com.")
	}
	if c.Accent != nil {
		*c.Accent = strings.ToLower(strings.TrimSpace(*c.Accent))
		check.That(web.ValidColour(*c.Accent), "accent", "Give the colour as # and six digits, such as #0d5c6f.")
	}
	if c.Timezone != nil {
		_, err := time.LoadLocation(*c.Timezone)
		check.That(err == nil && *c.Timezone != "" && *c.Timezone != "Local", "timezone", "Choose a time zone from the list, such as Europe/London.")
	}
	return check.Err()
}

func (c Change) applied(a Agency) Agency {
	set := func(field *string, value *string) {
		if value != nil {
			*field = *value
		}
	}
	set(&a.Name, c.Name)
	set(&a.Accent, c.Accent)
	set(&a.SupportEmail, c.SupportEmail)
	set(&a.LegalLine, c.LegalLine)
	set(&a.Timezone, c.Timezone)
	set(&a.MailSignature, c.MailSignature)
	return a
}

// forget makes this portal read the agency anew.
func (s *Service) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read = time.Time{}
}

// Letterhead is the agency's part of every mail.
func (s *Service) Letterhead(ctx context.Context) (mail.Letter, error) {
	a, words := s.current(ctx)
	return mail.Letter{Agency: a.Name, Home: s.baseURL, Accent: a.Accent, Legal: a.LegalLine, Signature: a.MailSignature, Words: words}, nil
}

// Brand is the agency's part of every page.
func (a Agency) Brand() web.Brand {
	return web.Brand{Name: a.Name, Home: "/", LogoURL: a.LogoURL, Accent: a.Accent, Support: a.SupportEmail, Legal: a.LegalLine}
}

// Zone is the agency's time zone.
func (a Agency) Zone() *time.Location {
	if zone, err := clock.Zone(a.Timezone); err == nil {
		return zone
	}
	return time.UTC
}

func mayChange(ctx context.Context) error {
	who, _ := actor.From(ctx)
	if !who.Is(actor.Staff, actor.Admin) {
		return fault.Denied("Only an admin of the agency may change its settings.")
	}
	return nil
}
