package upload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"gocloud.dev/blob"

	"clientportal/internal/clock"
)

// A file is swept once its fate is long decided, and looked for on some days in a
// row, in case the portal did not run on one of them.
const (
	sweepAfterDays = 2
	sweepDays      = 7
	sweepBatch     = 500
)

// Sweep removes the files of some past days that came to belong to nothing: a crash,
// or a lost connection, between storing the file and the commit. known are those of
// the keys that do belong to something.
func (s Store) Sweep(ctx context.Context, known func(ctx context.Context, keys []string) ([]string, error)) error {
	today := clock.Now(ctx)
	for i := range sweepDays {
		day := today.AddDate(0, 0, -sweepAfterDays-i).Format(time.DateOnly)
		if err := s.sweep(ctx, s.Folder+day+"/", known); err != nil {
			return fmt.Errorf("sweep the files of %s: %w", day, err)
		}
	}
	return nil
}

func (s Store) sweep(ctx context.Context, prefix string, known func(context.Context, []string) ([]string, error)) error {
	list := s.Bucket.List(&blob.ListOptions{Prefix: prefix})
	for {
		keys, err := nextKeys(ctx, list)
		if err != nil || len(keys) == 0 {
			return err
		}
		kept, err := known(ctx, keys)
		if err != nil {
			return err
		}
		for _, key := range keys {
			if slices.Contains(kept, key) {
				continue
			}
			if err := s.Bucket.Delete(ctx, key); err != nil {
				return err
			}
		}
	}
}

func nextKeys(ctx context.Context, list *blob.ListIterator) ([]string, error) {
	var keys []string
	for len(keys) < sweepBatch {
		object, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		keys = append(keys, object.Key)
	}
	return keys, nil
}
