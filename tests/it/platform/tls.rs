//! A TLS server on loopback that speaks HTTP/2 by hand.
//!
//! Its certificate and key lie beside it: they are good for `localhost` alone and secure nothing.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use campaign_scheduler::model::Host;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// The certificate as `--cacert` would name it.
pub(crate) fn certificate() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/platform/certificates/localhost.pem")
}

/// A listener on a free port, and its host.
pub(crate) fn listen() -> (TcpListener, Host) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = Host::parse(&format!("https://localhost:{}", listener.local_addr().unwrap().port())).unwrap();
    (listener, host)
}

/// One HTTP/2 connection, seen from the server.
pub(crate) struct Connection(StreamOwned<ServerConnection, TcpStream>);

/// A frame: its type, its flags, its stream, its payload.
pub(crate) type Frame = (u8, u8, u32, Vec<u8>);

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RESET: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const GO_AWAY: u8 = 7;

impl Connection {
    /// Accepts a connection, with the handshakes of TLS and HTTP/2; `None` if the client broke off.
    pub(crate) fn accept(listener: &TcpListener) -> Option<Self> {
        let (stream, _) = listener.accept().unwrap();
        let chain = vec![CertificateDer::from_pem_file(certificate()).unwrap()];
        let key = PrivateKeyDer::from_pem_file(certificate().with_extension("key.pem")).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let versions = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let mut config = versions.unwrap().with_no_client_auth().with_single_cert(chain, key).unwrap();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let connection = ServerConnection::new(Arc::new(config)).unwrap();
        let mut connection = Self(StreamOwned::new(connection, stream));
        let mut preface = [0; 24];
        connection.0.read_exact(&mut preface).ok()?;
        connection.send(SETTINGS, 0, 0, &[]);
        Some(connection)
    }

    /// Reads one frame.
    fn read(&mut self) -> Frame {
        let mut head = [0; 9];
        self.0.read_exact(&mut head).unwrap();
        let [a, b, c, kind, flags, stream @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        self.0.read_exact(&mut payload).unwrap();
        (kind, flags, u32::from_be_bytes(stream), payload)
    }

    /// Sends one frame.
    pub(crate) fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        self.0.write_all(&[length[1], length[2], length[3], kind, flags]).unwrap();
        self.0.write_all(&stream.to_be_bytes()).unwrap();
        self.0.write_all(payload).unwrap();
        self.0.flush().unwrap();
    }

    /// The stream of the next call, once its body has ended.
    pub(crate) fn next_call(&mut self) -> u32 {
        loop {
            let (kind, flags, stream, _) = self.read();
            match kind {
                SETTINGS if flags & 1 == 0 => self.send(SETTINGS, 1, 0, &[]),
                DATA if flags & 1 != 0 => return stream,
                _ => {}
            }
        }
    }

    /// Answers a call with status 200 and a body.
    pub(crate) fn answer(&mut self, stream: u32, body: &str) {
        // `:status 200` is entry 8 of HPACK's static table.
        self.send(HEADERS, 4, stream, &[0x88]);
        self.send(DATA, 1, stream, body.as_bytes());
    }
}
