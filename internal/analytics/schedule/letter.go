package schedule

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"clientportal/internal/analytics"
	"clientportal/internal/analytics/draw"
	"clientportal/internal/analytics/schedule/scheduledb"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/mail"
	"clientportal/internal/markdown"
	"clientportal/internal/news"
)

// The states of a mail. One that is neither waiting nor sent was given to the mail
// server by a portal that stopped before it had an answer.
const (
	mailWaiting = "waiting"
	mailSending = "sending"
	mailSent    = "sent"
	mailLeftOut = "left_out"
)

// uncertain is how long after it was begun a mail without an answer may be lost.
const uncertain = 5 * time.Minute

// letterTo is the job that writes to one person.
type letterTo struct {
	ReportID uuid.UUID `json:"report_id"`
	UserID   uuid.UUID `json:"user_id"`
	Since    int64     `json:"since,omitempty"` // when it was asked for again
}

// Kind implements river.JobArgs.
func (letterTo) Kind() string { return "report_mail" }

type letterWorker struct {
	river.WorkerDefaults[letterTo]
	*Service
}

// Work sends the mail, once.
func (w *letterWorker) Work(ctx context.Context, job *river.Job[letterTo]) error {
	return w.Send(ctx, job.Args.ReportID, job.Args.UserID)
}

// Send writes to one person. That it is sent is noted before the mail server has it
// and after: of a mail that was begun and has no answer nobody knows, and it is not
// sent twice.
func (s *Service) Send(ctx context.Context, report, user uuid.UUID) error {
	m, begun, err := s.beginMail(ctx, report, user)
	if err != nil || !begun {
		return err
	}
	message, err := s.message(ctx, report, user, m)
	if err == nil {
		err = s.Mail.Send(ctx, message)
	}
	became := mailSent
	if err != nil {
		became = mailWaiting
		err = fmt.Errorf("mail of report %s: %w", report, err)
	}
	return errors.Join(err, s.moveMail(context.WithoutCancel(ctx), m.CustomerID, report, user, became))
}

// beginMail takes a waiting mail; begun is false when there is nothing to send.
func (s *Service) beginMail(ctx context.Context, report, user uuid.UUID) (m scheduledb.MailToSendRow, begun bool, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		q := scheduledb.New(tx)
		if m, err = q.MailToSend(ctx, scheduledb.MailToSendParams{ReportID: report, UserID: user}); errors.Is(err, pgx.ErrNoRows) {
			return db.ErrUnchanged
		}
		if err != nil {
			return err
		}
		if m.Status != mailWaiting {
			return db.ErrUnchanged
		}
		to := scheduledb.MoveMailParams{ReportID: report, UserID: user, Status: mailSending, Now: clock.Now(ctx)}
		if !m.There {
			to.Status, to.Reason = mailLeftOut, "no longer active"
		}
		begun = m.There
		tx.Record(about("report.mail", "report", m.CustomerID, report, map[string]any{"user_id": user, "status": to.Status}))
		return q.MoveMail(ctx, to)
	})
	return m, begun && err == nil, err
}

func (s *Service) moveMail(ctx context.Context, customer, report, user uuid.UUID, status string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		tx.Record(about("report.mail", "report", customer, report, map[string]any{"user_id": user, "status": status}))
		announce(tx, customer, report, true)
		return scheduledb.New(tx).MoveMail(ctx, scheduledb.MoveMailParams{ReportID: report, UserID: user, Status: status, Now: clock.Now(ctx)})
	})
}

func (s *Service) message(ctx context.Context, id, user uuid.UUID, m scheduledb.MailToSendRow) (message mail.Message, err error) {
	var report analytics.Report
	if err := json.Unmarshal(m.Report, &report); err != nil {
		return message, err
	}
	document, err := s.Files.ReadAll(ctx, *m.FileKey)
	if err != nil {
		return message, err
	}
	end, err := s.Notify.Ending(m.CustomerID, news.Reader{ID: user}, news.ReportSent)
	if err != nil {
		return message, err
	}
	head, err := s.Letterhead(ctx)
	if err != nil {
		return message, err
	}
	letter := s.letter(id, m, report, head)
	letter.SettingsURL = end.SettingsURL
	return mail.Message{
		ToName: m.Name, ToEmail: m.Email, Subject: letter.Title, Text: letter.Text(), HTML: mail.Layout(letter), Unsubscribe: end.Unsubscribe,
		MessageID:   fmt.Sprintf("report-%s-%s@%s", id, user, hostOf(s.BaseURL)), // a twin is known by it
		Attachments: []mail.Attachment{{Name: report.FileName("pdf"), ContentType: "application/pdf", Content: document}},
	}, nil
}

// inLetter is how many figures stand in the mail itself.
const inLetter = 6

func (s *Service) letter(id uuid.UUID, m scheduledb.MailToSendRow, report analytics.Report, l mail.Letter) mail.Letter {
	l.About, l.Title = m.CustomerName, m.DashboardName+", "+span(report.Range.From.Time, report.Range.To.Time)
	l.Button = mail.Button{Label: "Open the report", Href: s.BaseURL + reportPath(id)}
	l.Note = "The whole report is attached as a PDF."
	l.Reason = "You get this because " + l.Agency + " sends you this report."
	l.Paragraphs = markdown.Paragraphs(m.Note)
	figures := 0
	for _, w := range report.Widgets {
		if line := draw.Headline(w); line != "" && figures < inLetter {
			l.Paragraphs = append(l.Paragraphs, line)
			figures++
		}
	}
	l.Preview = l.Opening()
	return l
}

func hostOf(base string) string {
	if u, err := url.Parse(base); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "localhost"
}

// span is a range of days in words.
func span(from, to time.Time) string {
	if from.Year() == to.Year() {
		return from.Format("2 Jan") + " to " + to.Format("2 Jan 2006")
	}
	return from.Format("2 Jan 2006") + " to " + to.Format("2 Jan 2006")
}

func reportPath(id uuid.UUID) string { return "/analytics/reports/" + id.String() }
