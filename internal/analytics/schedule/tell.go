package schedule

import (
	"context"
	"strings"

	"github.com/riverqueue/river"

	"clientportal/internal/analytics/schedule/scheduledb"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/news"
)

// tellReaders tells whom the schedule names, and has a mail written to each who wants
// one at once. Who is not there any more, or does not see the dashboard, is left out.
func (s *Service) tellReaders(ctx context.Context, tx *db.Tx, q *scheduledb.Queries, row scheduledb.ScheduledReport) error {
	chosen, err := q.ChosenReaders(ctx, row.ID)
	if err != nil {
		return err
	}
	var readers []news.Reader
	reasons := map[string]string{}
	for _, c := range chosen {
		reasons[c.UserID.String()] = c.LeftOut
		if c.LeftOut == "" {
			readers = append(readers, news.Reader{ID: c.UserID})
			reasons[c.UserID.String()] = "has chosen no mail at once"
		}
	}
	head, err := s.Letterhead(ctx)
	if err != nil {
		return err
	}
	letters, err := s.Notify.Tell(ctx, tx, news.Notice{
		CustomerID: row.CustomerID, Kind: news.ReportSent, EventID: row.ID, Subject: news.Subject{Type: "report", ID: row.ID}, At: clock.Now(ctx),
		Who: head.Agency, Text: "sent you", About: row.DashboardName, Note: span(row.RangeFrom, row.RangeTo), Path: reportPath(row.ID),
		Readers: readers, OwnLetters: true,
	})
	if err != nil {
		return err
	}
	for _, to := range letters {
		reasons[to.ID.String()] = ""
	}
	for _, c := range chosen {
		mail := scheduledb.AddMailParams{CustomerID: row.CustomerID, ReportID: row.ID, UserID: c.UserID, Status: mailWaiting, Now: clock.Now(ctx)}
		if mail.Reason = reasons[c.UserID.String()]; mail.Reason != "" {
			mail.Status = mailLeftOut
		} else {
			tx.Enqueue(letterTo{ReportID: row.ID, UserID: c.UserID}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true}})
		}
		if err := q.AddMail(ctx, mail); err != nil {
			return err
		}
	}
	tx.Record(about("report.send", "report", row.CustomerID, row.ID, map[string]any{"mails": letters, "left_out": strings.TrimSpace(leftOut(reasons))}))
	return nil
}

// leftOut lists who gets no mail, and why.
func leftOut(reasons map[string]string) (list string) {
	for id, reason := range reasons {
		if reason != "" {
			list += id + " " + reason + "\n"
		}
	}
	return list
}

// tellAgency tells those who serve the customer that a report is held.
func (s *Service) tellAgency(ctx context.Context, tx *db.Tx, row scheduledb.ScheduledReport, reasons []string) error {
	ids, err := scheduledb.New(tx).AgencyReaders(ctx, scheduledb.AgencyReadersParams{CustomerID: row.CustomerID, ScheduleID: row.ScheduleID})
	if err != nil {
		return err
	}
	var readers []news.Reader
	for _, id := range ids {
		readers = append(readers, news.Reader{ID: id, Staff: true})
	}
	note := []rune(strings.Join(reasons, " "))
	_, err = s.Notify.Tell(ctx, tx, news.Notice{
		CustomerID: row.CustomerID, Kind: news.ReportHeld, EventID: row.ID, Subject: news.Subject{Type: "report", ID: row.ID}, At: clock.Now(ctx),
		Who: "The portal", Text: "holds the report", About: row.DashboardName, Note: string(note[:min(len(note), news.NoteLength)]), Path: "/reports/" + row.ID.String(),
		Readers: readers,
	})
	return err
}
