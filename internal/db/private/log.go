package private

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	logLimit  = 16 << 20 // bytes, then a start begins a new log and keeps one old
	wordsRead = 8 << 10
	wordsTold = 12 // lines
)

// openLog opens the server's log, and says where the next run's part of it begins. It is a
// file and not a pipe, so that a server whose portal was killed can still write.
func openLog(dataDir string) (*os.File, int64, error) {
	path := filepath.Join(dataDir, "postgres.log")
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, 0, err
	case info.Size() > logLimit:
		if err := os.Rename(path, path+".old"); err != nil {
			return nil, 0, err
		}
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, 0, err
	}
	began, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		file.Close()
	}
	return file, began, err
}

// lastWords are the last lines that a run of the server wrote.
func lastWords(dataDir string, began int64) string {
	file, err := os.Open(filepath.Join(dataDir, "postgres.log"))
	if err != nil {
		return err.Error()
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err.Error()
	}
	from := max(began, info.Size()-wordsRead)
	text, err := io.ReadAll(io.NewSectionReader(file, from, info.Size()-from))
	if err != nil {
		return err.Error()
	}
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-wordsTold):], []byte("\n")))
}
