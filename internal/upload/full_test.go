package upload

import (
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"gocloud.dev/blob/memblob"

	"clientportal/internal/fault"
)

func TestAFullDiskIsUnavailable(t *testing.T) {
	t.Parallel()
	files := Store{Bucket: memblob.OpenBucket(nil), Folder: "f/"}.Files("file")
	full := &os.PathError{Op: "write", Path: "/somewhere", Err: syscall.ENOSPC}
	content := io.MultiReader(strings.NewReader(strings.Repeat("What the server says. ", 1000)), iotest.ErrReader(full))
	err := files.Add(t.Context(), "log.txt", content)
	if fault.CodeOf(err) != fault.Unavailable || len(files.Stored()) > 0 {
		t.Errorf("a full disk: %v, stored %v", err, files.Stored())
	}
}
