// Package drydocktest starts Drydock for a Go test, gives it an endpoint and cleans up.
//
//	func TestDeploy(t *testing.T) {
//		server := drydocktest.Start(t)
//		world := server.World()
//		// aws-sdk-go-v2: config.WithBaseEndpoint(world.Endpoint), region world.Region, access key world.Account
//	}
//
// The program is DRYDOCK_BINARY, or drydock on PATH. The package needs nothing but the standard library.
package drydocktest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

var ready = regexp.MustCompile(`Drydock listens on (http://\S+:\d+)`)

// Server is a Drydock of a test's own, on a free port, with simulated containers.
type Server struct {
	Endpoint string
	t        testing.TB
	accounts int64
	taken    int64
}

// World is an account in a region: what happens there is seen nowhere else.
type World struct {
	Endpoint, Account, Region string
}

// Start runs Drydock until the test ends. Options are those of "drydock serve".
func Start(t testing.TB, options ...string) *Server {
	t.Helper()
	binary := os.Getenv("DRYDOCK_BINARY")
	if binary == "" {
		binary = "drydock"
	}
	folder := t.TempDir()
	arguments := append([]string{"serve", "--port", "0", "--data-dir", filepath.Join(folder, "data"),
		"--runtime", "simulated", "--instances-in", "all"}, options...)
	command := exec.Command(binary, arguments...)
	log, err := os.Create(filepath.Join(folder, "log"))
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = log
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatalf("Drydock does not start (install it, or name it in DRYDOCK_BINARY): %v", err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		late := time.AfterFunc(10*time.Second, func() { _ = command.Process.Kill() })
		_ = command.Wait()
		late.Stop()
		_ = log.Close()
	})
	tooLate := time.AfterFunc(30*time.Second, func() { _ = command.Process.Kill() })
	defer tooLate.Stop()
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if found := ready.FindStringSubmatch(lines.Text()); found != nil {
			go func() { _, _ = io.Copy(io.Discard, output) }()
			return &Server{Endpoint: found[1], t: t, accounts: 100000000000}
		}
	}
	said, _ := os.ReadFile(log.Name())
	t.Fatalf("Drydock did not start: %s", said)
	return nil
}

// World gives an account that no other test of this server has.
func (s *Server) World() World {
	return World{s.Endpoint, strconv.FormatInt(atomic.AddInt64(&s.accounts, 1), 10), "us-east-1"}
}

// Env is the environment for the aws CLI, an SDK or a deploy tool.
func (w World) Env() []string {
	return append(os.Environ(), "AWS_ENDPOINT_URL="+w.Endpoint, "DRYDOCK_ENDPOINT="+w.Endpoint, "AWS_REGION="+w.Region,
		"AWS_DEFAULT_REGION="+w.Region, "AWS_ACCESS_KEY_ID="+w.Account, "AWS_SECRET_ACCESS_KEY=test", "AWS_PAGER=")
}

// Call is a call to Drydock's own API; the answer is put into answer unless that is nil. A refusal ends the test.
func (s *Server) Call(method, path string, body, answer any) {
	s.t.Helper()
	var text []byte
	if body != nil {
		text, _ = json.Marshal(body)
	}
	request, err := http.NewRequest(method, s.Endpoint+"/_drydock/"+path, bytes.NewReader(text))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if err := do(request, answer); err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
}

// Advance moves the virtual clock (--clock virtual).
func (s *Server) Advance(by time.Duration) {
	s.t.Helper()
	s.Call("POST", "clock", map[string]any{"advance": by.Seconds()}, nil)
}

// Snapshot keeps the state of all worlds and gives the name it is kept under.
func (s *Server) Snapshot() string {
	s.t.Helper()
	name := fmt.Sprintf("snapshot-%d", atomic.AddInt64(&s.taken, 1))
	s.Call("POST", "snapshots", map[string]any{"name": name}, nil)
	return name
}

// Restore makes all worlds, and the virtual clock, what they were at the snapshot; as often as one likes.
func (s *Server) Restore(name string) {
	s.t.Helper()
	s.Call("POST", "snapshots/"+name+"/restore", map[string]any{}, nil)
}

// ECS calls an operation of ECS, for tests without an SDK; the answer is put into answer unless that is nil.
func (w World) ECS(operation string, request, answer any) error {
	text, err := json.Marshal(request)
	if err != nil {
		return err
	}
	call, err := http.NewRequest("POST", w.Endpoint+"/", bytes.NewReader(text))
	if err != nil {
		return err
	}
	call.Header.Set("Content-Type", "application/x-amz-json-1.1")
	call.Header.Set("X-Amz-Target", "AmazonEC2ContainerServiceV20141113."+operation)
	call.Header.Set("Authorization", fmt.Sprintf(
		"AWS4-HMAC-SHA256 Credential=%s/20250101/%s/ecs/aws4_request, SignedHeaders=host, Signature=0", w.Account, w.Region))
	return do(call, answer)
}

func do(request *http.Request, answer any) error {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", response.Status, text)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(text, answer)
}
