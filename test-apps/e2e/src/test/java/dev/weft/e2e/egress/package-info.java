/** What leaves the mesh: refused, reported, shown. */
package dev.weft.e2e.egress;
