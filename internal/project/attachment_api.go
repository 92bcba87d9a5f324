package project

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/project/projectdb"
	"clientportal/internal/route"
	"clientportal/internal/upload"
)

// uploadInput is a request whose files are read as they come in, not before.
type uploadInput struct {
	ID string `path:"id"`
	upload.Request
}

// registerUpload adds the call that attaches files.
func (s *Service) registerUpload(a *api.API) {
	path := staffQuotes + "/{id}/attachments"
	op := projectCall("staff-add-project-attachments", http.MethodPost, path, "Attach files to an update or a deliverable", http.StatusCreated)
	op.Description = fmt.Sprintf("Up to %d files of %d MB each, with update_id for an update of one's own, or deliverable_id.", upload.MaxFiles, upload.MaxFileSize>>20)
	api.Register(a, works, op, s.createAttachments)
	upload.Describe(a, path, "update_id", "deliverable_id")
}

func (s *Service) createAttachments(ctx context.Context, in *uploadInput) (*api.ItemsAnswer[File], error) {
	id, err := route.ID(in.ID, "project")
	if err == nil {
		err = s.attachable(ctx, id)
	}
	if err != nil {
		return nil, err
	}
	sent, err := s.store().Receive(in.Request)
	defer sent.Files.Discard(ctx)
	if err != nil {
		return nil, err
	}
	var check fault.Check
	to := Target{Update: idIn(sent, &check, "update_id"), Deliverable: idIn(sent, &check, "deliverable_id")}
	if err := check.Err(); err != nil {
		return nil, err
	}
	return api.Items(s.AddAttachments(ctx, id, to, sent.Files))
}

// attachable is asked before files are read: a stranger's project takes no megabytes.
func (s *Service) attachable(ctx context.Context, quote uuid.UUID) error {
	return s.DB.Read(ctx, func(tx *db.Tx) error {
		if err := mayWork(tx.Actor()); err != nil {
			return err
		}
		_, err := projectdb.New(tx).ProjectExists(ctx, quote)
		return db.Missing(err, "project")
	})
}

// idIn is an id that may stand beside the files; nil is none.
func idIn(sent upload.Form, check *fault.Check, name string) *uuid.UUID {
	text := sent.Value(name)
	if text == "" {
		return nil
	}
	id, err := uuid.Parse(text)
	check.That(err == nil, name, "This is no id.")
	return &id
}

func downloadCall(id, path string) huma.Operation {
	return upload.DownloadCall(projectCall(id, http.MethodGet, path+"/{quoteId}/attachments/{id}", "Download a file of a project", http.StatusOK), "quoteId", "id")
}

// download sends a file of a project.
func (s *Service) download(w http.ResponseWriter, r *http.Request) error {
	quote, err := route.PathID(r, "quoteId", "project")
	if err != nil {
		return err
	}
	id, err := route.PathID(r, "id", "attachment")
	if err != nil {
		return err
	}
	file, err := s.Download(r.Context(), quote, id)
	if err != nil {
		return err
	}
	defer file.Close()
	file.Send(w, r)
	return nil
}
