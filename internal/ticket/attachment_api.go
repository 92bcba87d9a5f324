package ticket

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/upload"
)

// uploadInput is a request whose files are read as they come in, not before.
type uploadInput struct {
	ID string `path:"id"`
	upload.Request
}

// registerUpload adds the upload to a ticket, with the fields that may stand
// beside the files.
func registerUpload[O any](a *api.API, access route.Access, id, path string, handler func(context.Context, *uploadInput) (*O, error), fields ...string) {
	path += "/{id}/attachments"
	op := operation(id, http.MethodPost, path, "Attach files", http.StatusCreated)
	op.Description = fmt.Sprintf("Up to %d files of %d MB each. With comment_id, to a comment of one's own.", upload.MaxFiles, upload.MaxFileSize>>20)
	api.Register(a, access, op, handler)
	upload.Describe(a, path, fields...)
}

// receive stores a request's files, and reads to which comment they belong. The
// caller discards them.
func (c *core) receive(in *uploadInput) (upload.Form, *uuid.UUID, error) {
	sent, err := c.store().Receive(in.Request)
	given := sent.Value("comment_id")
	if err != nil || given == "" {
		return sent, nil, err
	}
	comment, err := uuid.Parse(given)
	if err != nil {
		return sent, nil, fault.InvalidField("comment_id", "Give the id of a comment of your own.")
	}
	return sent, &comment, nil
}

func (s *Service) createAttachments(ctx context.Context, in *uploadInput) (*api.ItemsAnswer[Attachment], error) {
	id, err := route.ID(in.ID, "ticket")
	if err == nil { // a stranger's ticket takes no megabytes
		err = s.DB.Read(ctx, func(tx *db.Tx) error { return exists(ctx, tx, id) })
	}
	if err != nil {
		return nil, err
	}
	sent, comment, err := s.receive(in)
	defer sent.Files.Discard(ctx)
	if err != nil {
		return nil, err
	}
	return api.Items(s.AddAttachments(ctx, id, comment, sent.Files))
}

func downloadOperation(id, path string) huma.Operation {
	return upload.DownloadCall(operation(id, http.MethodGet, path, "Download an attachment", http.StatusOK), "id")
}

// download sends an attachment.
func (c *core) download(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "attachment")
	if err != nil {
		return err
	}
	file, err := c.Download(r.Context(), id)
	if err != nil {
		return err
	}
	defer file.Close()
	file.Send(w, r)
	return nil
}
