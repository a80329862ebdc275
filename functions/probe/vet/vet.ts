export { type AddressRules, addressRules, parseCidrs, vetAddress } from "./vet-address.ts";
