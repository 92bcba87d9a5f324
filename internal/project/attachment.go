package project

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/project/projectdb"
	"clientportal/internal/upload"
)

// File is a file of an update or of a deliverable.
type File struct {
	ID          uuid.UUID `json:"id"`
	FileName    string    `json:"file_name"`
	ContentType string    `json:"content_type"`
	SizeBytes   int64     `json:"size_bytes"`
	Round       *int32    `json:"round" doc:"Of the deliverable, in which the file came"`
	CreatedAt   time.Time `json:"created_at"`
}

// place is what files are attached to: an update, or a round of a deliverable.
type place struct {
	owner       projectdb.Quote
	update      *uuid.UUID
	deliverable *uuid.UUID
	round       *int32
}

func placeOf(owner projectdb.Quote, d projectdb.Deliverable) place {
	return place{owner: owner, deliverable: &d.ID, round: &d.Round}
}

// store is where the files are kept.
func (s *Service) store() upload.Store {
	return upload.Store{Bucket: s.Files, Folder: "projects/"}
}

// Uploads gathers the files of the named field.
func (s *Service) Uploads(field string) *upload.Files { return s.store().Files(field) }

// attach makes the files attachments of the place, with an event for each.
func attach(ctx context.Context, tx *db.Tx, q *projectdb.Queries, at place, files *upload.Files) ([]File, error) {
	attachments := []File{}
	if len(files.Stored()) == 0 {
		return attachments, nil
	}
	p := projectdb.AddAttachmentsParams{
		CustomerID: at.owner.CustomerID, QuoteID: at.owner.ID, UpdateID: at.update, DeliverableID: at.deliverable, Round: at.round,
		UploadedBy: tx.Actor().Name, Now: clock.Now(ctx),
	}
	for _, f := range files.Stored() {
		a := File{newID(), f.Name, f.ContentType, f.Size, at.round, p.Now}
		attachments = append(attachments, a)
		p.Ids, p.FileNames, p.ContentTypes = append(p.Ids, a.ID), append(p.FileNames, f.Name), append(p.ContentTypes, f.ContentType)
		p.Sizes, p.Hashes, p.StorageKeys = append(p.Sizes, f.Size), append(p.Hashes, f.Hash), append(p.StorageKeys, f.Key)
		tx.Record(about("attachment.create", at.owner.CustomerID, at.owner.ID, a))
	}
	if err := q.AddAttachments(ctx, p); err != nil {
		return nil, err
	}
	files.Take()
	return attachments, nil
}

// Target is what files are added to: one of the two.
type Target struct{ Update, Deliverable *uuid.UUID }

// AddAttachments adds files to the employee's own update, or to a deliverable that the
// client has not decided on: what was decided on stays as it was seen.
func (s *Service) AddAttachments(ctx context.Context, quote uuid.UUID, to Target, files *upload.Files) (added []File, err error) {
	err = s.work(ctx, quote, func(tx *db.Tx, q *projectdb.Queries, owner projectdb.Quote) error {
		at, err := target(ctx, tx, q, owner, to)
		if err = first(err, files.Needed()); err != nil {
			return err
		}
		if added, err = attach(ctx, tx, q, at, files); err != nil {
			return err
		}
		return touch(ctx, tx, q, owner)
	})
	return added, err
}

func target(ctx context.Context, tx *db.Tx, q *projectdb.Queries, owner projectdb.Quote, to Target) (place, error) {
	switch {
	case (to.Update == nil) == (to.Deliverable == nil):
		return place{}, fault.InvalidField("update_id", "Name either an update or a deliverable of the project.")
	case to.Update != nil:
		_, err := q.UpdateBy(ctx, projectdb.UpdateByParams{QuoteID: owner.ID, ID: *to.Update, AuthorEmployeeID: tx.Actor().ID})
		if fault.CodeOf(db.Missing(err, "update")) == fault.NotFound {
			return place{}, fault.InvalidField("update_id", "Choose an update of your own on this project.")
		}
		return place{owner: owner, update: to.Update}, err
	}
	row, err := q.DeliverableForUpdate(ctx, projectdb.DeliverableForUpdateParams{QuoteID: owner.ID, ID: *to.Deliverable})
	switch {
	case fault.CodeOf(db.Missing(err, "deliverable")) == fault.NotFound:
		return place{}, fault.InvalidField("deliverable_id", "Choose one of the project's deliverables.")
	case err == nil && row.Status != string(Delivered):
		return place{}, fault.New(fault.Conflict, "%s has decided on this already. Hand it over again with the files.", maybe.Value(row.DecidedByName))
	}
	return placeOf(owner, row), err
}

func deliverableFiles(ctx context.Context, q *projectdb.Queries, id uuid.UUID) ([]File, error) {
	rows, err := q.DeliverableFiles(ctx, &id)
	files := make([]File, len(rows))
	for i, r := range rows {
		files[i] = File(r)
	}
	return files, err
}

// Download is a file of a project, which the caller closes. Row-level security says who
// may have it, at every download.
func (s *Service) Download(ctx context.Context, quote, id uuid.UUID) (*upload.Download, error) {
	var row projectdb.AttachmentRow
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if !tx.Actor().Is(actor.Client) && !tx.Actor().Is(actor.Staff) {
			return fault.Denied("This is for people.")
		}
		if row, err = projectdb.New(tx).Attachment(ctx, projectdb.AttachmentParams{QuoteID: quote, ID: id}); err != nil {
			return db.Missing(err, "attachment")
		}
		tx.Record(about("attachment.download", row.CustomerID, quote, map[string]any{"attachment_id": id, "file_name": row.FileName}))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.store().Open(ctx, row.StorageKey, row.FileName, row.ContentType, row.SizeBytes)
}

// sweep is the job that removes files whose attachments never came to stay.
type sweep struct{}

// Kind implements river.JobArgs.
func (sweep) Kind() string { return "project_files_sweep" }

type sweepWorker struct {
	river.WorkerDefaults[sweep]
	*Service
}

// Work implements river.Worker.
func (w *sweepWorker) Work(ctx context.Context, _ *river.Job[sweep]) error { return w.Sweep(ctx) }

// Sweep removes the stored files of some past days that are attached to nothing.
func (s *Service) Sweep(ctx context.Context) error {
	return s.store().Sweep(ctx, func(ctx context.Context, keys []string) (known []string, err error) {
		err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
			known, err = projectdb.New(tx).StoredFiles(ctx, keys)
			return err
		})
		return known, err
	})
}

// PeriodicJobs are what the projects do by themselves.
func (s *Service) PeriodicJobs() []*river.PeriodicJob {
	return []*river.PeriodicJob{
		river.NewPeriodicJob(river.PeriodicInterval(24*time.Hour),
			func() (river.JobArgs, *river.InsertOpts) { return sweep{}, nil },
			&river.PeriodicJobOpts{RunOnStart: true}),
	}
}
