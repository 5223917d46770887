package train

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A checkpoint is one file: magic, length of the header, header (JSON), the blobs the
// header gives the lengths of, SHA-256 of all before. It is replaced as a whole.
const (
	checkpointMagic = "eigenbasis train checkpoint 1\n"
	checkpointName  = "train.checkpoint"
)

type checkpoint struct {
	Identity identity  `json:"identity"`
	Position position  `json:"position"`
	Results  []*Result `json:"results"`
	Lengths  []int     `json:"lengths"`
	blobs    [][]byte
}

// position is where in the work the checkpoint lies. Branch is the index of the branch in progress
// or −1; BranchStep its next step.
type position struct {
	Optimizer  int `json:"optimizer"`
	Step       int `json:"step"`
	Branch     int `json:"branch"`
	BranchStep int `json:"branch_step"`
}

// write replaces the checkpoint in dir; an interruption leaves the old or the new one.
func (c *checkpoint) write(dir string) error {
	c.Lengths = c.Lengths[:0]
	for _, b := range c.blobs {
		c.Lengths = append(c.Lengths, len(b))
	}
	header, err := json.Marshal(c)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString(checkpointMagic)
	var n [8]byte
	binary.LittleEndian.PutUint64(n[:], uint64(len(header)))
	b.Write(n[:])
	b.Write(header)
	for _, x := range c.blobs {
		b.Write(x)
	}
	sum := sha256.Sum256(b.Bytes())
	b.Write(sum[:])
	if err := writeFile(filepath.Join(dir, checkpointName), b.Bytes()); err != nil {
		return fmt.Errorf("cannot write the checkpoint: %w; pass another folder to -checkpoint", err)
	}
	return nil
}

// readCheckpoint returns the checkpoint in dir, nil if there is none, or an error if it
// is damaged or does not belong to want. Nothing has changed then.
func readCheckpoint(dir string, want identity) (*checkpoint, error) {
	name := filepath.Join(dir, checkpointName)
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the checkpoint: %w; pass another folder to -checkpoint", err)
	}
	c, err := parseCheckpoint(b)
	if err != nil {
		return nil, fmt.Errorf("checkpoint %s %w; restore a whole copy, or delete it to start again", name, err)
	}
	if what := c.Identity.differs(want); what != "" {
		return nil, fmt.Errorf("checkpoint %s is of another run: %s; repeat that run, or pass another folder to -checkpoint", name, what)
	}
	return c, nil
}

func parseCheckpoint(b []byte) (*checkpoint, error) {
	const fixed = len(checkpointMagic) + 8
	if len(b) < len(checkpointMagic) || string(b[:len(checkpointMagic)]) != checkpointMagic {
		if len(b) < len(checkpointMagic) && string(b) == checkpointMagic[:len(b)] {
			return nil, errors.New("is cut short")
		}
		return nil, errors.New("is not a checkpoint of this command")
	}
	if len(b) < fixed+sha256.Size {
		return nil, errors.New("is cut short")
	}
	body := b[:len(b)-sha256.Size]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], b[len(body):]) {
		return nil, errors.New("is damaged or cut short")
	}
	n := binary.LittleEndian.Uint64(body[fixed-8:])
	if n > uint64(len(body)-fixed) {
		return nil, errors.New("is damaged")
	}
	c := &checkpoint{}
	if err := json.Unmarshal(body[fixed:fixed+int(n)], c); err != nil {
		return nil, errors.New("is damaged")
	}
	rest := body[fixed+int(n):]
	for _, l := range c.Lengths {
		if l < 0 || l > len(rest) {
			return nil, errors.New("is damaged")
		}
		c.blobs = append(c.blobs, rest[:l])
		rest = rest[l:]
	}
	return c, nil
}

// writeFile replaces a file by a whole new one.
func writeFile(name string, data []byte) (err error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
