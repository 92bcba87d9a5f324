package notify

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"clientportal/internal/actor"
	"clientportal/internal/db"
	"clientportal/internal/mail"
	"clientportal/internal/news"
	"clientportal/internal/notify/notifydb"
)

// letter is the job that sends the mail to which notifications were given.
type letter struct {
	MailID uuid.UUID `json:"mail_id"`
}

// Kind implements river.JobArgs.
func (letter) Kind() string { return "notification_mail" }

type letterWorker struct {
	river.WorkerDefaults[letter]
	*Service
}

// Work sends the mail, unless its reader has left.
func (w *letterWorker) Work(ctx context.Context, job *river.Job[letter]) error {
	var rows []notifydb.MailedRow
	err := w.DB.Read(ctx, func(tx *db.Tx) (err error) {
		rows, err = notifydb.New(tx).Mailed(ctx, job.Args.MailID)
		return err
	})
	if err != nil {
		return fmt.Errorf("read what a mail tells: %w", err)
	}
	if len(rows) == 0 {
		return nil
	}
	head, err := w.Letterhead(ctx)
	if err != nil {
		return err
	}
	first, kind := rows[0], news.Kind("") // all kinds, where a mail gathers
	if Mailing(*first.Mailing) == AtOnce {
		kind = news.Kind(first.Kind)
	}
	end, err := w.Ending(first.CustomerID, readerOf(first), kind)
	if err != nil {
		return err
	}
	l := w.compose(head, rows)
	l.SettingsURL = end.SettingsURL
	err = w.Mail.Send(ctx, mail.Message{
		ToName: first.Name, ToEmail: first.Email, Subject: l.Title,
		Text: l.Text(), HTML: mail.Layout(l),
		MessageID:   "notifications-" + job.Args.MailID.String() + "@" + hostOf(w.BaseURL), // a twin is known by it
		Unsubscribe: end.Unsubscribe,
	})
	if err != nil {
		return fmt.Errorf("mail %s of notifications: %w", job.Args.MailID, err)
	}
	return nil
}

func readerOf(n notifydb.MailedRow) news.Reader {
	if n.EmployeeID != nil {
		return news.Reader{ID: *n.EmployeeID, Staff: true}
	}
	return news.Reader{ID: *n.UserID}
}

// compose makes the letter of what happened.
func (s *Service) compose(l mail.Letter, rows []notifydb.MailedRow) mail.Letter {
	kind := actor.Client
	if readerOf(rows[0]).Staff {
		kind = actor.Staff
	} else {
		l.About = rows[0].CustomerName
	}
	zone := zoneOf(rows[0].Timezone)
	for _, n := range rows {
		item := mail.Item{
			Who: n.Who, Text: n.Text, About: n.About, Note: n.Note, Href: s.BaseURL + n.Path,
			When: n.CreatedAt.In(zone).Format("2 January at 15:04"),
		}
		if kind == actor.Staff && n.CustomerName != "" {
			item.When = n.CustomerName + ", " + item.When
		}
		l.Items = append(l.Items, item)
	}
	l.Title = titleOf(l.Items)
	l.Preview = l.Items[0].Line()
	l.Button = mail.Button{Label: "All notifications", Href: s.BaseURL + pathOf(kind, "/notifications")}
	switch Mailing(*rows[0].Mailing) {
	case Daily:
		l.Reason = "You get this once a day, as you have chosen."
	case Grouped:
		l.Reason = "You get this because you have chosen to hear of such events together."
	default:
		l.Reason = "You get this because you have chosen to hear of such events at once."
	}
	return l
}

func titleOf(items []mail.Item) string {
	if len(items) == 1 {
		return items[0].Line()
	}
	return fmt.Sprintf("%d things have happened", len(items))
}

func hostOf(base string) string {
	if u, err := url.Parse(base); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "localhost"
}

// sendDue is the job that gives what is due to mails, every minute.
type sendDue struct{}

// Kind implements river.JobArgs.
func (sendDue) Kind() string { return "notifications_due" }

type dueWorker struct {
	river.WorkerDefaults[sendDue]
	*Service
}

// Work claims what is due.
func (w *dueWorker) Work(ctx context.Context, _ *river.Job[sendDue]) error { return w.MailDue(ctx) }

// AddWorkers registers what the notifications do later.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &letterWorker{Service: s})
	river.AddWorker(workers, &dueWorker{Service: s})
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, _ *river.Job[forgetOld]) error { return s.Forget(ctx) }))
}

// forgetOld is the job that removes old notifications.
type forgetOld struct{}

// Kind implements river.JobArgs.
func (forgetOld) Kind() string { return "notification_forget" }

// PeriodicJobs are the jobs that the clock asks for.
func (s *Service) PeriodicJobs() []*river.PeriodicJob {
	return []*river.PeriodicJob{
		river.NewPeriodicJob(river.PeriodicInterval(time.Minute),
			func() (river.JobArgs, *river.InsertOpts) { return sendDue{}, nil }, &river.PeriodicJobOpts{RunOnStart: true}),
		river.NewPeriodicJob(river.PeriodicInterval(24*time.Hour),
			func() (river.JobArgs, *river.InsertOpts) { return forgetOld{}, nil }, &river.PeriodicJobOpts{RunOnStart: true}),
	}
}
