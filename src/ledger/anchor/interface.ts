/** The contracts of `contracts/` as TypeScript sees them; a test holds this to what the compiler made of them. */
import { parseAbi } from 'viem'
import compiled from './compiled.json' with { type: 'json' }

export const checkpointAnchorAbi = parseAbi([
  'struct Founder { address account; string origin; bytes32 keyHash; }',
  'struct Checkpoint { bytes32 root; uint64 size; uint64 madeAt; uint64 anchoredAt; uint32 crossSignatures; }',
  'constructor(Founder[] founders)',
  'function anchor(uint64 size, bytes32 root, uint64 madeAt)',
  'function crossSign(address member, uint64 size, bytes32 root)',
  'function dispute(address member, uint64 size, bytes32 rootSeen)',
  'function admit(address account, string origin, bytes32 keyHash)',
  'function remove(address account)',
  'function latest(address member) view returns (Checkpoint)',
  'function checkpointAt(address member, uint64 size) view returns (Checkpoint)',
  'function members(address) view returns (string origin, bytes32 keyHash, bool present)',
  'function memberCount() view returns (uint256)',
  'function crossSignedBy(address, uint64, address) view returns (bool)',
  'event Admitted(address indexed member, string origin, bytes32 keyHash)',
  'event Removed(address indexed member)',
  'event Anchored(address indexed member, uint64 indexed size, bytes32 root, uint64 madeAt)',
  'event CrossSigned(address indexed member, uint64 indexed size, address indexed by)',
  'event Disputed(address indexed member, uint64 indexed size, address indexed by, bytes32 rootSeen)',
  'error NotAMember(address account)',
  'error AlreadyAMember(address account)',
  'error AlreadyVoted(address account)',
  'error NoFounders()',
  'error NotGrown(uint64 size, uint64 newestSize)',
  'error Equivocation(uint64 size, bytes32 anchored, bytes32 given)',
  'error BackDated(uint64 madeAt, uint64 earliest)',
  'error FromTheFuture(uint64 madeAt, uint64 latest)',
  'error NothingAnchored(address member, uint64 size)',
  'error OwnLog()',
  'error CrossSignedBefore(address by)',
])

export const consentRegistryAbi = parseAbi([
  'struct Consent { address recordedBy; address holder; uint64 grantedAt; uint64 withdrawnAt; }',
  'constructor(address organisations)',
  'function grant(bytes32 commitment)',
  'function grantSigned(bytes32 commitment, uint256 deadline, bytes signature)',
  'function withdraw(bytes32 commitment)',
  'function withdrawSigned(bytes32 commitment, uint256 deadline, bytes signature)',
  'function consentOf(bytes32 commitment) view returns (Consent)',
  'event Granted(bytes32 indexed commitment, address indexed recordedBy, address holder)',
  'event Withdrawn(bytes32 indexed commitment, address by)',
  'error NotAMember(address account)',
  'error KnownAlready(bytes32 commitment)',
  'error Unknown(bytes32 commitment)',
  'error WithdrawnAlready(bytes32 commitment)',
  'error NotYours(bytes32 commitment, address account)',
  'error TooLate(uint256 deadline)',
])

export const bytecodes = {
  checkpointAnchor: compiled.CheckpointAnchor.bytecode as `0x${string}`,
  consentRegistry: compiled.ConsentRegistry.bytecode as `0x${string}`,
} as const

/** EIP-712: what a patient's wallet signs. */
export const consentDomain = (chainId: number, registry: `0x${string}`) => ({
  name: 'Vitalwire consent',
  version: '1',
  chainId,
  verifyingContract: registry,
})
export const consentTypes = {
  Grant: [
    { name: 'commitment', type: 'bytes32' },
    { name: 'organisation', type: 'address' },
    { name: 'deadline', type: 'uint256' },
  ],
  Withdrawal: [
    { name: 'commitment', type: 'bytes32' },
    { name: 'deadline', type: 'uint256' },
  ],
} as const
